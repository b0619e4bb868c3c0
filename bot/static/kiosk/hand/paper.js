// The square to write in: follows one finger, pen or mouse at a time and knows what was drawn until it is cleared.

const CLOSE = 2; // CSS pixels; points nearer than this to the last one say nothing new
const MOST_STROKES = 48;
const MOST_POINTS = 400;

export class Paper {
  strokes = [];
  #pointer = null;
  #changed;
  #watch;

  /** `changed` is called when a stroke has ended. */
  constructor(label, changed) {
    this.#changed = changed;
    this.canvas = document.createElement("canvas");
    this.canvas.className = "paper";
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", label);
    const on = (name, does) => this.canvas.addEventListener(name, (event) => does(event));
    on("pointerdown", (event) => this.#down(event));
    on("pointermove", (event) => this.#move(event));
    for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) on(name, (event) => this.#up(event));
    on("contextmenu", (event) => event.preventDefault());
    this.#watch = new ResizeObserver(() => this.draw());
    this.#watch.observe(this.canvas);
  }

  get drawing() {
    return this.#pointer !== null;
  }

  undo() {
    this.strokes.pop();
    this.draw();
  }

  clear() {
    this.#pointer = null;
    this.strokes = [];
    this.draw();
  }

  destroy() {
    this.#watch.disconnect();
    this.clear();
  }

  #down(event) {
    if (this.drawing || event.button > 0 || this.strokes.length >= MOST_STROKES) return; // a palm, a right button
    event.preventDefault();
    this.#pointer = event.pointerId;
    try {
      this.canvas.setPointerCapture(event.pointerId);
    } catch {
      // the finger is up again already
    }
    this.strokes.push([this.#point(event)]);
    this.draw();
  }

  #move(event) {
    if (event.pointerId !== this.#pointer) return;
    const stroke = this.strokes.at(-1), before = stroke.length;
    const passed = event.getCoalescedEvents?.() ?? [];
    for (const each of passed.length ? passed : [event]) {
      const point = this.#point(each), last = stroke.at(-1);
      if (stroke.length < MOST_POINTS && Math.hypot(point[0] - last[0], point[1] - last[1]) >= CLOSE) stroke.push(point);
    }
    this.#lines(stroke.slice(before - 1));
  }

  #up(event) {
    if (event.pointerId !== this.#pointer) return;
    this.#pointer = null;
    this.#changed();
  }

  #point(event) {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  /** Everything anew: the guide lines, then the strokes. */
  draw() {
    const { clientWidth: wide, clientHeight: high } = this.canvas, sharp = window.devicePixelRatio || 1;
    if (!wide) return;
    this.canvas.width = Math.round(wide * sharp); // also wipes
    this.canvas.height = Math.round(high * sharp);
    this.#pen().scale(sharp, sharp);
    this.#guides(wide, high);
    for (const stroke of this.strokes) this.#lines(stroke);
  }

  #pen() {
    return this.canvas.getContext("2d");
  }

  #guides(wide, high) {
    const pen = this.#pen();
    pen.strokeStyle = this.#colour("--line");
    pen.lineWidth = 2;
    pen.setLineDash([8, 8]);
    pen.globalAlpha = 0.6;
    for (const [x, y, toX, toY] of [[wide / 2, 0, wide / 2, high], [0, high / 2, wide, high / 2], [0, 0, wide, high], [wide, 0, 0, high]]) {
      pen.beginPath();
      pen.moveTo(x, y);
      pen.lineTo(toX, toY);
      pen.stroke();
    }
    pen.globalAlpha = 1;
    pen.setLineDash([]);
  }

  #lines(points) {
    const pen = this.#pen();
    pen.strokeStyle = this.#colour("--ink");
    pen.lineWidth = Math.max(8, this.canvas.clientWidth / 40);
    pen.lineCap = pen.lineJoin = "round";
    pen.beginPath();
    pen.moveTo(...points[0]);
    for (const point of points) pen.lineTo(...point); // a single point becomes a dot
    pen.stroke();
  }

  #colour(name) {
    return getComputedStyle(this.canvas).getPropertyValue(name).trim() || "#1d2430";
  }
}
