// The document camera: look, take, take again, use. The photo becomes the file of the page's own form; nothing is sent from here.

import { text } from "/static/texts.js";
import { button, dialog, make, status } from "/static/kiosk/devices/dom.js";

const WIDTH = 2560;
const HEIGHT = 1920;
const QUALITY = 0.88;

/** The file field of the question for evidence. */
export function fileIn(screen) {
  return screen.querySelector('form[data-device="camera"] input[type="file"]');
}

/** Whether a camera is plugged in; asked without opening it. */
export async function hasCamera() {
  try {
    return (await navigator.mediaDevices.enumerateDevices()).some((each) => each.kind === "videoinput");
  } catch {
    return false; // no https, or a policy of the browser
  }
}

/** The button before the file field. */
export function cameraButton(file) {
  const touch = button("devices.camera-button", () => look(file), "main");
  touch.dataset.device = "camera";
  return touch;
}

async function look(file) {
  const box = dialog(text("devices.camera-title"), "device-camera");
  const told = status(text("devices.camera-starting"));
  const choices = make("div", "choices");
  choices.append(button("devices.camera-close", () => box.close()));
  box.append(told, choices);
  box.showModal();
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { width: { ideal: WIDTH }, height: { ideal: HEIGHT }, facingMode: { ideal: "environment" } },
    });
  } catch {
    return without(box, file);
  }
  const off = () => stream.getTracks().forEach((each) => each.stop());
  if (!box.open) return off();
  box.addEventListener("close", off, { once: true });
  stream.getVideoTracks()[0].addEventListener("ended", () => box.open && without(box, file));
  return preview(box, file, stream);
}

async function preview(box, file, stream) {
  const video = make("video");
  video.muted = video.playsInline = true;
  video.srcObject = stream;
  video.setAttribute("aria-label", text("devices.camera-preview"));
  const choices = make("div", "choices");
  const take = button("devices.camera-take", () => shoot(box, file, stream, video), "main");
  take.disabled = true;
  choices.append(take, button("devices.camera-close", () => box.close()));
  fill(box, make("p", "hint", text("devices.camera-hint")), video, choices);
  await video.play().catch(() => {});
  take.disabled = false;
  take.focus();
}

async function shoot(box, file, stream, video) {
  const canvas = make("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d").drawImage(video, 0, 0);
  const photo = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  if (!photo || !box.open) return;
  const image = make("img");
  image.alt = text("devices.camera-photo");
  image.src = URL.createObjectURL(photo);
  box.addEventListener("close", () => URL.revokeObjectURL(image.src), { once: true });
  const choices = make("div", "choices");
  choices.append(
    button("devices.camera-use", () => use(box, file, photo), "main"),
    button("devices.camera-retake", () => preview(box, file, stream)),
    button("devices.camera-close", () => box.close()),
  );
  fill(box, image, choices);
  choices.querySelector("button").focus();
}

function use(box, file, photo) {
  const name = `${text("devices.camera-name")}-${new Date().toTimeString().slice(0, 8).replaceAll(":", "")}.jpg`;
  const files = new DataTransfer();
  files.items.add(new File([photo], name, { type: "image/jpeg" }));
  box.close();
  file.files = files.files;
  file.dispatchEvent(new Event("change", { bubbles: true })); // the page sends a file as soon as it is chosen
}

/** No camera after all: a file, where the machine has one to give. */
function without(box, file) {
  const choices = make("div", "choices");
  choices.append(
    button("devices.camera-choose", () => { box.close(); file.click(); }),
    button("devices.camera-close", () => box.close()),
  );
  fill(box, status(text("devices.camera-none"), "notice"), choices);
}

function fill(box, ...content) {
  box.replaceChildren(box.querySelector("h2"), ...content);
}
