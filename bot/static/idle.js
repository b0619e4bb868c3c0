// A kiosk that nobody touches asks whether somebody is there, and then forgets (WCAG 2.2.1: one touch goes on).

const IDLE_SECONDS = 90;
const WARN_SECONDS = 30;

const $ = (id) => document.getElementById(id);

/** `used` tells whether there is anything to forget; `leave` forgets it. */
export function watchIdle(used, leave) {
  let quiet = 0;
  const dialog = $("idle-dialog");
  const stay = () => { quiet = 0; dialog.close(); };
  for (const event of ["pointerdown", "keydown", "input"]) addEventListener(event, () => { quiet = 0; }, { passive: true });
  $("idle-stay").addEventListener("click", stay);
  dialog.addEventListener("cancel", stay);
  setInterval(() => {
    quiet = used() ? quiet + 1 : 0;
    if (quiet >= IDLE_SECONDS && !dialog.open) dialog.showModal();
    if (dialog.open) $("idle-seconds").textContent = String(IDLE_SECONDS + WARN_SECONDS - quiet);
    if (dialog.open && quiet === 0) dialog.close();
    if (quiet >= IDLE_SECONDS + WARN_SECONDS) { stay(); $("end-dialog").close(); leave(); }
  }, 1000);
}
