// The code that a QR code brought along stands behind the #, which never leaves this phone before the button is touched.

const form = document.getElementById("carry");
const CODE = /^#(W-[0-9A-Z]{4}-[0-9A-Z]{4})$/i;

const [, code] = CODE.exec(location.hash) ?? [];
if (code) {
  form.elements.code.value = code.toUpperCase();
  history.replaceState(null, "", location.pathname);
  form.querySelector("button").focus();
}

// a second touch would find the code used already
form.addEventListener("submit", () => setTimeout(() => { form.querySelector("button").disabled = true; }));
addEventListener("pageshow", (event) => { if (event.persisted) form.querySelector("button").disabled = false; });
