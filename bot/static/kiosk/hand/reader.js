// Asks the worker; only the newest drawing matters, older ones are dropped unread.

const WORKER = "/static/kiosk/hand/worker.js";
let worker = null, asker = null, ready = false; // one worker for all pads of a page: it has 600 KB to load

export class Reader {
  #number = 0;
  #waiting = null;
  #busy = false;
  #told;

  get ready() {
    return ready;
  }

  /** `told` hears {ready}, {found} or {broken}. */
  constructor(told) {
    this.#told = told;
    this.#start();
  }

  read(strokes, count) {
    this.#start();
    this.#waiting = { number: ++this.#number, strokes, count };
    this.#ask();
  }

  /** What was asked is not wanted any more. */
  forget() {
    this.#number++;
    this.#waiting = null;
  }

  stop() {
    this.forget();
    if (asker === this) asker = null;
  }

  #start() {
    asker = this;
    if (worker) return;
    this.#busy = false;
    worker = new Worker(WORKER, { type: "module" });
    worker.onmessage = ({ data }) => (data.broken ? broken() : heard(data));
    worker.onerror = broken;
  }

  #ask() {
    if (this.#busy || !this.#waiting) return;
    this.#busy = true;
    worker.postMessage(this.#waiting);
    this.#waiting = null;
  }

  heard(answer) {
    if (answer.ready) return this.#told(answer);
    this.#busy = false;
    if (answer.number === this.#number) this.#told(answer);
    this.#ask();
  }

  failed() {
    this.#busy = false;
    this.#waiting = null;
    this.#told({ broken: true });
  }
}

function heard(answer) {
  ready = true;
  asker?.heard(answer);
}

/** The next drawing tries again with a new worker. */
function broken() {
  worker?.terminate();
  worker = null;
  ready = false;
  asker?.failed();
}
