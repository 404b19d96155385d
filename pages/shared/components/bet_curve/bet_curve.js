// A curve that is drawn before there is one: a point for each of some epochs, moved by pointer, finger or arrow keys.

const PAD = { left: 52, right: 16, top: 12, bottom: 40 };
const HIGH = 240, STEP = 0.05, LEAP = 0.5;
const SVG = "http://www.w3.org/2000/svg";

function shape(name, attributes, text) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  return node;
}

class Drawing {
  constructor(root) {
    this.root = root;
    this.svg = root.querySelector("svg");
    this.said = root.querySelector(".said");
    this.last = this.waiting = null;
    this.svg.addEventListener("pointerdown", (event) => this.begin(event));
    this.svg.addEventListener("pointermove", (event) => this.last && this.move(event));
    for (const end of ["pointerup", "pointercancel"]) this.svg.addEventListener(end, () => this.end());
    new ResizeObserver(() => this.draw()).observe(this.svg);
  }

  /** What Python knows; what is being drawn here is newer than that. */
  show(data, send) {
    this.send = send;
    const text = JSON.stringify(data);
    if (text === this.text) return;
    this.text = text;
    const isOther = JSON.stringify(data.epochs) !== JSON.stringify(this.data?.epochs);
    const isPlaced = Boolean(this.data?.losses && !data.losses); // the bet has been taken
    this.data = data;
    if (isOther || isPlaced || !(this.last || this.waiting)) {
      this.losses = data.losses ?? data.epochs.map(() => data.chance);
      this.touched = data.losses !== null;
    }
    this.draw();
  }

  // Places -----------------------------------------------------------------------------------------

  wide() { return Math.max(this.svg.clientWidth, 120) - PAD.left - PAD.right; }
  x(epoch) { return PAD.left + (epoch / this.data.epochs.at(-1)) * this.wide(); }
  y(loss) { return PAD.top + (1 - loss / this.data.top) * (HIGH - PAD.top - PAD.bottom); }
  within(loss) { return Math.min(this.data.top, Math.max(0, Math.round(loss * 100) / 100)); }

  at(event) {
    const box = this.svg.getBoundingClientRect(), scale = box.width / this.svg.clientWidth || 1;
    const px = (event.clientX - box.left) / scale, py = (event.clientY - box.top) / scale;
    return { x: px, loss: this.within(this.data.top * (1 - (py - PAD.top) / (HIGH - PAD.top - PAD.bottom))) };
  }

  // Drawing by pointer and finger ------------------------------------------------------------------

  begin(event) {
    event.preventDefault();
    this.svg.setPointerCapture(event.pointerId);
    this.last = this.at(event);
    const i = nearest(this.data.epochs.map((epoch) => this.x(epoch)), this.last.x);
    this.set(i, this.last.loss);
    this.handles[i].focus({ preventScroll: true });
  }

  /** Each point that the pointer has passed takes its height there. */
  move(event) {
    const from = this.last, to = this.at(event);
    const [low, high] = [Math.min(from.x, to.x), Math.max(from.x, to.x)];
    this.data.epochs.forEach((epoch, i) => {
      const x = this.x(epoch);
      if (x < low || x > high) return;
      const part = to.x === from.x ? 1 : (x - from.x) / (to.x - from.x);
      this.set(i, from.loss + part * (to.loss - from.loss));
    });
    const i = nearest(this.data.epochs.map((epoch) => this.x(epoch)), to.x);
    if (Math.abs(this.x(this.data.epochs[i]) - to.x) < 12) this.set(i, to.loss);
    this.last = to;
  }

  end() {
    if (!this.last) return;
    this.last = null;
    this.tell();
  }

  // By keys ----------------------------------------------------------------------------------------

  key(event, i) {
    const by = (event.shiftKey ? LEAP : STEP) * ({ ArrowUp: 1, ArrowDown: -1 }[event.key] ?? 0);
    const other = this.handles[i + ({ ArrowLeft: -1, ArrowRight: 1 }[event.key] ?? 0)];
    if (!by && other === this.handles[i]) return;
    event.preventDefault();
    event.stopPropagation();
    if (!by) return other?.focus();
    this.set(i, this.losses[i] + by);
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.tell(), 250); // a key that is held is one answer
  }

  set(i, loss) {
    this.losses = this.losses.with(i, this.within(loss));
    this.touched = true;
    this.place();
  }

  tell() {
    clearTimeout(this.waiting);
    this.waiting = null;
    // As a state, which every later message holds again: of two events that meet on their way one can be lost
    this.send("drawn", { losses: this.losses, at: performance.now() });
  }

  // The picture ------------------------------------------------------------------------------------

  draw() {
    if (!this.data || !this.svg.clientWidth) return;
    const { epochs, top, chance } = this.data, end = epochs.at(-1), right = PAD.left + this.wide(), parts = [];
    for (const tick of ticks(0, top, 5)) {
      parts.push(shape("line", { class: "grid", x1: PAD.left, x2: right, y1: this.y(tick), y2: this.y(tick) }));
      parts.push(shape("text", { x: PAD.left - 8, y: this.y(tick) + 5, "text-anchor": "end" }, tick.toFixed(1)));
    }
    for (const tick of ticks(0, end, Math.min(end, 8))) {
      parts.push(shape("text", { x: this.x(tick), y: HIGH - PAD.bottom + 18, "text-anchor": "middle" }, String(+tick.toFixed(2))));
    }
    parts.push(shape("text", { x: (PAD.left + right) / 2, y: HIGH - 4, "text-anchor": "middle" }, say("epoch")));
    parts.push(shape("line", { class: "chance", x1: PAD.left, x2: right, y1: this.y(chance), y2: this.y(chance) }));
    this.line = shape("polyline", { class: "curve" });
    const focus = this.handles?.indexOf(this.root.getRootNode().activeElement) ?? -1;
    this.handles = epochs.map((epoch, i) => {
      const handle = shape("circle", { r: 8, tabindex: 0, role: "slider", "aria-orientation": "vertical",
        "aria-label": say("training loss after epoch {n}", { n: epoch }), "aria-valuemin": 0, "aria-valuemax": top });
      handle.addEventListener("keydown", (event) => this.key(event, i));
      return handle;
    });
    this.svg.replaceChildren(...parts, this.line, ...this.handles);
    this.place();
    if (focus >= 0) this.handles[focus]?.focus({ preventScroll: true });
  }

  place() {
    const { epochs, chance } = this.data;
    this.root.classList.toggle("waits", !this.touched);
    this.line.setAttribute("points", [[0, chance], ...epochs.map((epoch, i) => [epoch, this.losses[i]])].map(([e, l]) => `${this.x(e)},${this.y(l)}`).join(" "));
    this.handles.forEach((handle, i) => {
      handle.setAttribute("cx", this.x(epochs[i]));
      handle.setAttribute("cy", this.y(this.losses[i]));
      handle.setAttribute("aria-valuenow", this.losses[i]);
      handle.setAttribute("aria-valuetext", this.losses[i].toFixed(2));
    });
    this.said.textContent = this.touched
      ? say("Your bet: {loss} after epoch {n}.", { loss: this.losses.at(-1).toFixed(2), n: epochs.at(-1) })
      : say("Draw the training loss as you expect it. Dotted: a network that knows nothing.");
  }
}

const drawings = new WeakMap();

export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector(".bet");
  if (!drawings.has(root)) drawings.set(root, new Drawing(root));
  drawings.get(root).show(data, setStateValue);
}
