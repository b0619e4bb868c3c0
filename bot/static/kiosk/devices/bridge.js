// The bridge of this machine (docs/kiosk-setup.md): a card reader and a printer of queue numbers, where they are plugged in.

const VERSION = 1;
const PARTS = ["name", "address"];
const RETRY_MS = [2000, 5000, 15000, 60000];
const LONGEST = 200;

/** What the bridge said and the contract does not know; the connection is over then. */
export class Refused extends Error {}

/** `code`: no-card, unreadable, unplugged, slow, no-paper, busy, cancelled, refused. */
export class DeviceFailure extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

const only = (said, ...fields) => Object.keys(said).every((each) => fields.includes(each));

/** The values that were asked for and nothing else; Refused where there is more: what should not have come is not kept. */
export function cardOf(said, parts) {
  const wanted = parts.filter((part) => PARTS.includes(part));
  const right = only(said, "type", "id", ...wanted)
    && wanted.every((part) => typeof said[part] === "string" && said[part].trim() && said[part].length <= LONGEST);
  if (!right) throw new Refused();
  return Object.fromEntries(wanted.map((part) => [part, said[part].trim()]));
}

export class Bridge extends EventTarget {
  #address;
  #token;
  #socket = null;
  #waiting = new Map();
  #tries = 0;
  #over = false;
  #last = 0;
  #timer = 0;
  devices = [];

  constructor(port, token) {
    super();
    this.#address = `ws://127.0.0.1:${port}`;
    this.#token = token;
  }

  has(device) {
    return this.devices.includes(device);
  }

  open() {
    if (this.#over) return;
    this.#socket = new WebSocket(this.#address);
    this.#socket.onopen = () => this.#send({ type: "hello", version: VERSION, token: this.#token });
    this.#socket.onmessage = (event) => this.#hear(event.data);
    this.#socket.onclose = (event) => this.#closed(event.code);
  }

  close() {
    this.#over = true;
    clearTimeout(this.#timer);
    this.#socket?.close();
  }

  /** Name or address of the card that is put on the reader; DeviceFailure. `signal` ends the waiting. */
  async read(parts, { signal, patience }) {
    const said = await this.#ask({ type: "read", fields: parts }, "card", { signal, patience });
    try {
      return cardOf(said, parts);
    } catch (fault) {
      this.#refuse();
      throw fault instanceof Refused ? new DeviceFailure("refused") : fault;
    }
  }

  /** A slip with the number; DeviceFailure. */
  async print(ticket, { patience }) {
    await this.#ask({ type: "print", ticket }, "printed", { patience });
  }

  #ask(request, answer, { signal, patience }) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return Promise.reject(new DeviceFailure("unplugged"));
    const id = `r${(this.#last += 1)}`;
    return new Promise((resolve, reject) => {
      const give = (code) => {
        this.#end(id);
        this.#send({ type: "cancel", id });
        reject(new DeviceFailure(code));
      };
      const timer = setTimeout(() => give("slow"), patience);
      const cancelled = () => give("cancelled");
      signal?.addEventListener("abort", cancelled, { once: true });
      const free = () => { clearTimeout(timer); signal?.removeEventListener("abort", cancelled); };
      this.#waiting.set(id, { answer, resolve, reject, free });
      this.#send({ ...request, id });
    });
  }

  #end(id) {
    const found = this.#waiting.get(id);
    found?.free();
    this.#waiting.delete(id);
    return found;
  }

  #hear(frame) {
    let said;
    try {
      said = JSON.parse(frame);
    } catch {
      return this.#refuse();
    }
    if (said.type === "ready" || said.type === "devices") return this.#see(said);
    const found = this.#end(said.id);
    if (!found) return undefined; // it was cancelled here meanwhile
    if (said.type === "failed" && only(said, "type", "id", "code")) return found.reject(new DeviceFailure(String(said.code)));
    if (said.type === found.answer) return found.resolve(said);
    found.reject(new DeviceFailure("refused"));
    return this.#refuse();
  }

  #see(said) {
    this.#tries = 0;
    this.devices = Array.isArray(said.devices) ? said.devices.map(String) : [];
    this.dispatchEvent(new Event("devices"));
  }

  /** A bridge that says more than it may is not spoken with again on this page. */
  #refuse() {
    this.#over = true;
    this.devices = [];
    this.#socket.close();
    this.dispatchEvent(new Event("devices"));
  }

  #closed(code) {
    for (const id of [...this.#waiting.keys()]) this.#end(id).reject(new DeviceFailure(this.#over ? "refused" : "unplugged"));
    this.devices = [];
    this.dispatchEvent(new Event("devices"));
    if (this.#over || (code >= 4400 && code < 4500)) return;
    this.#timer = setTimeout(() => this.open(), RETRY_MS[Math.min(this.#tries, RETRY_MS.length - 1)]);
    this.#tries += 1;
  }

  #send(said) {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(said));
  }
}
