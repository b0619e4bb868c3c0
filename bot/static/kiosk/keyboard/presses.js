// Touches on keys. A key acts when the finger leaves it, even where a shaky finger slid a little; held down, 删除 goes on. The field
// keeps its focus. A click without a touch before it comes from a screen reader or a hardware key.

const SLIDE = 48; // px that a finger may leave the key
const HOLD = 500;
const REPEAT = 90;

export function listen(region, act) {
  let pressed = null;
  let timer = 0;
  const release = () => {
    clearTimeout(timer);
    pressed?.key.classList.remove("down");
    pressed = null;
  };
  const again = () => {
    pressed.repeated = true;
    act(pressed.key);
    timer = setTimeout(again, REPEAT);
  };

  region.addEventListener("mousedown", (event) => event.preventDefault());
  region.addEventListener("pointerdown", (event) => {
    const key = event.target.closest("button");
    if (pressed && pressed.pointer !== event.pointerId) finish(pressed);
    release();
    if (!key || event.button > 0 || key.closest("[data-own]")) return;
    pressed = { key, pointer: event.pointerId, repeated: false };
    key.classList.add("down");
    key.addEventListener("touchend", noMouse, { once: true, passive: false });
    if (key.dataset.act === "delete") timer = setTimeout(again, HOLD);
  });
  region.addEventListener("pointerup", (event) => {
    if (pressed?.pointer !== event.pointerId) return;
    const { key } = pressed;
    const done = pressed;
    release();
    if (near(key, event)) finish(done);
  });
  region.addEventListener("pointercancel", release);
  region.addEventListener("contextmenu", (event) => event.preventDefault());
  region.addEventListener("click", (event) => {
    const key = event.target.closest("button");
    if (key && event.detail === 0 && !key.closest("[data-own]")) act(key);
  });

  function finish({ key, repeated }) {
    if (!repeated && key.isConnected) act(key);
  }
}

/** The mouse that a browser plays after a touch would fall on whatever stands there by then, and take the focus. */
function noMouse(event) {
  if (event.cancelable) event.preventDefault();
}

function near(key, { clientX, clientY }) {
  const box = key.getBoundingClientRect();
  return clientX > box.left - SLIDE && clientX < box.right + SLIDE && clientY > box.top - SLIDE && clientY < box.bottom + SLIDE;
}
