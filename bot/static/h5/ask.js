// What the QR code of a slip brought along stands behind the #: it is filled in, and one touch looks.

const form = document.getElementById("ask");
const SLIP = /^#([0-9A-Za-z-]{1,64})~([0-9A-Za-z-]{1,64})$/;

const [, number, code] = SLIP.exec(location.hash) ?? [];
if (code) {
  form.elements.number.value = number;
  form.elements.code.value = code;
  history.replaceState(null, "", location.pathname);
  form.querySelector("button").focus();
}
