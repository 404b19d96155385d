// The live picture of an experiment: curves of several runs, drawn anew while they train on the same processor, so it
// must cost next to nothing. What is drawn against what is chosen here in the browser, and the server never asked.

const PAD = { left: 46, right: 12, top: 26, bottom: 36 }; // at the top stands where a zoomed axis goes from and to
const AXES = [["epochs", "epochs"], ["steps", "steps"], ["seconds", "seconds"]];
const QUANTITIES = {
  loss: [["batch_loss", "batches"], ["train_loss", "training"], ["test_loss", "test"]],
  accuracy: [["test_accuracy", "test"], ["train_accuracy", "training"]],
};

/** Radio buttons in a fieldset; calls back with what was chosen. */
function radios(fieldset, name, options, chosen, onChange) {
  for (const [value, word] of options) {
    const label = document.createElement("label"), input = document.createElement("input");
    Object.assign(input, { type: "radio", name, value, checked: value === chosen });
    input.addEventListener("change", () => onChange(value));
    label.append(input, word);
    fieldset.append(label);
  }
}

/** All numbers of a curve and of its band. */
const heights = ({ points, low, high }) => [...points, ...low, ...high].map(([, y]) => y);

class Panel {
  constructor(canvas, overlay) {
    this.canvas = canvas;
    this.kind = canvas.dataset.panel;
    this.overlay = overlay;
    canvas.addEventListener("pointermove", (event) => overlay.point(event.offsetX / canvas.clientWidth));
    canvas.addEventListener("pointerleave", () => overlay.point(null));
    new ResizeObserver(() => this.draw()).observe(canvas);
  }

  say(value) { return this.kind === "loss" ? value.toFixed(3) : `${(100 * value).toFixed(1)} %`; }

  /** The curves as points in the units of the axes; a point that is no number breaks nothing, it is left out. */
  curves() {
    const { data, against } = this.overlay, quantity = this.overlay.quantity[this.kind];
    return data.series.map((one) => {
      const table = quantity === "batch_loss" ? one.batches : one.epochs;
      const xs = table[against] ?? [], pair = (ys) => (ys ?? []).map((y, i) => [xs[i], y]).filter(([, y]) => y !== null);
      return { one, points: pair(table[quantity]), low: pair(one.low[quantity]), high: pair(one.high[quantity]) };
    });
  }

  draw() {
    const { canvas, overlay } = this, ratio = (window.devicePixelRatio || 1) * (canvas.currentCSSZoom || 1);
    const width = canvas.clientWidth, height = canvas.clientHeight;
    if (!overlay.data || !width) return;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    const style = getComputedStyle(canvas), c = canvas.getContext("2d");
    const ink = style.getPropertyValue("--st-text-color") || style.color;
    const paper = style.getPropertyValue("--st-background-color") || "#fff";
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    c.clearRect(0, 0, width, height);
    c.font = `14px ${style.fontFamily || "sans-serif"}`;
    const curves = this.curves();
    // In Lecture mode names stand at the ends of curves, as long as there are few
    const inLecture = style.getPropertyValue("--lecture").trim() === "1" && curves.length <= 6;
    const right = inLecture ? Math.max(...curves.map(({ one }) => c.measureText(one.name).width)) + 14 : PAD.right;
    const end = overlay.end();
    const [bottom, top] = this.kind === "loss" ? [lossBottom(curves.flatMap(heights), overlay.data), overlay.data.loss_top]
      : shareRange(curves.flatMap(heights));
    const isZoomed = bottom > 0 || (this.kind === "accuracy" && top < 1);
    const inside = { wide: width - PAD.left - right, high: height - PAD.top - PAD.bottom };
    const x = (at) => PAD.left + (at / end) * inside.wide;
    const y = (value) => PAD.top + inside.high * (1 - (Math.min(Math.max(value, bottom), top) - bottom) / (top - bottom));

    c.fillStyle = c.strokeStyle = ink;
    c.lineWidth = 1;
    c.textAlign = "right";
    c.textBaseline = "middle";
    for (const tick of ticks(bottom, top, 5)) {
      c.globalAlpha = 0.15;
      c.beginPath(); c.moveTo(PAD.left, y(tick)); c.lineTo(width - right, y(tick)); c.stroke();
      c.globalAlpha = 0.85;
      c.fillText(this.kind === "loss" ? String(+tick.toFixed(2)) : `${Math.round(tick * 100)} %`, PAD.left - 6, y(tick));
    }
    c.textAlign = "center";
    c.textBaseline = "top";
    for (const tick of ticks(0, end, 7)) c.fillText(String(+tick.toFixed(2)), x(tick), height - PAD.bottom + 6);
    c.fillText(overlay.against, PAD.left + inside.wide / 2, height - 16);
    if (isZoomed) {
      c.textAlign = "left";
      c.textBaseline = "bottom";
      const ends = this.kind === "loss" ? `${bottom} to ${top}` : `${Math.round(100 * bottom)} to ${Math.round(100 * top)} %`;
      c.fillText(`axis: ${ends}`, PAD.left + 4, PAD.top - 4);
    }

    for (const { one, low, high } of curves) {
      if (low.length < 1 || low.length !== high.length) continue;
      c.globalAlpha = 0.2;
      c.fillStyle = one.colour;
      c.beginPath();
      for (const [at, value] of low) c.lineTo(x(at), y(value));
      for (const [at, value] of [...high].reverse()) c.lineTo(x(at), y(value));
      c.fill();
    }
    c.globalAlpha = 1;
    const many = curves.length > 12;
    c.lineWidth = many ? 1.5 : 2.5;
    for (const { one, points } of curves) {
      c.strokeStyle = c.fillStyle = one.colour;
      c.beginPath();
      for (const [at, value] of points) c.lineTo(x(at), y(value));
      c.stroke();
      if (points.length <= 40 && !many) {
        for (const [at, value] of points) { c.beginPath(); c.arc(x(at), y(value), 3.5, 0, 2 * Math.PI); c.fill(); }
      }
    }
    if (inLecture) {
      const ends = curves.filter(({ points }) => points.length).map(({ one, points }) => ({ y: y(points.at(-1)[1]), text: one.name, colour: one.colour }));
      endLabels(c, ends, { x: width - right + 8, top: 0, bottom: height - PAD.bottom + 8, high: 16 });
    }
    if (overlay.pointer !== null) this.readAll(c, curves, { x, y, end, wide: inside.wide, width, ink, paper });
    this.canvas.setAttribute("aria-label", this.inWords(curves));
  }

  inWords(curves) {
    const told = curves.filter(({ points }) => points.length).map(({ one, points }) => `${one.name} ${this.say(points.at(-1)[1])}`);
    return `${this.kind} against ${this.overlay.against}; last: ${told.slice(0, 12).join(", ") || "nothing measured yet"}`;
  }

  /** All curves at the place of the pointer, the best on top. */
  readAll(c, curves, { x, y, end, wide: across, width, ink, paper }) {
    const share = (this.overlay.pointer * width - PAD.left) / across;
    const at = Math.min(Math.max(share, 0), 1) * end;
    const lines = curves.map(({ one, points }) => ({ one, value: valueAt(points, at) })).filter(({ value }) => value !== null);
    lines.sort((a, b) => (this.kind === "loss" ? a.value - b.value : b.value - a.value));
    c.globalAlpha = 0.5;
    c.strokeStyle = ink;
    c.lineWidth = 1;
    c.beginPath(); c.moveTo(x(at), PAD.top); c.lineTo(x(at), this.canvas.clientHeight - PAD.bottom); c.stroke();
    c.globalAlpha = 1;
    for (const { one, value } of lines) {
      c.fillStyle = one.colour;
      c.beginPath(); c.arc(x(at), y(value), 5, 0, 2 * Math.PI); c.fill();
    }
    const head = `${+at.toPrecision(3)} ${this.overlay.against}`, told = lines.slice(0, 12).map(({ one, value }) => `${this.say(value)}  ${one.name}`);
    const wide = Math.max(...[head, ...told].map((line) => c.measureText(line).width)) + 32, high = 18 * (told.length + 1) + 10;
    const left = x(at) + wide + 12 > width ? Math.max(0, x(at) - wide - 10) : x(at) + 10;
    c.globalAlpha = 0.94;
    c.fillStyle = paper;
    c.fillRect(left, PAD.top, wide, high);
    c.globalAlpha = 1;
    c.strokeRect(left, PAD.top, wide, high);
    c.textAlign = "left";
    c.textBaseline = "top";
    c.fillStyle = ink;
    c.fillText(head, left + 8, PAD.top + 7);
    told.forEach((line, i) => {
      c.fillStyle = lines[i].one.colour;
      c.fillRect(left + 8, PAD.top + 10 + 18 * (i + 1), 9, 9);
      c.fillStyle = ink;
      c.fillText(line, left + 23, PAD.top + 7 + 18 * (i + 1));
    });
  }
}

let count = 0;

class Overlay {
  constructor(root, start) {
    const name = `overlay${count++}`;
    this.against = start.against;
    this.quantity = { loss: start.loss, accuracy: start.accuracy };
    this.pointer = null;
    this.said = root.querySelector(".said");
    this.bar = root.querySelector("progress");
    this.legend = root.querySelector(".legend");
    radios(root.querySelector(".against"), `${name}-x`, AXES, this.against, (value) => { this.against = value; this.draw(); });
    for (const kind of ["loss", "accuracy"]) {
      const fieldset = root.querySelector(`fieldset[data-panel=${kind}]`);
      radios(fieldset, `${name}-${kind}`, QUANTITIES[kind], this.quantity[kind], (value) => { this.quantity[kind] = value; this.draw(); });
    }
    this.panels = [...root.querySelectorAll("canvas")].map((canvas) => new Panel(canvas, this));
    this.numbers = new Numbers(root.parentNode.querySelector(".numbers"));
  }

  /** A row for each epoch of each run. */
  table() {
    const columns = Object.entries(QUANTITIES).flatMap(([kind, of]) => of.filter(([name]) => name !== "batch_loss").map(([name, word]) => [kind, name, word]));
    const told = (kind, value) => (typeof value === "number" ? (kind === "loss" ? value.toFixed(3) : `${(100 * value).toFixed(1)} %`) : "–");
    const rows = this.data.series.flatMap((one) => (one.epochs.epochs ?? []).map((epoch, i) => [
      one.name, String(+epoch.toFixed(2)), ...columns.map(([kind, name]) => told(kind, one.epochs[name]?.[i])),
    ]));
    return [["run", "epoch", ...columns.map(([kind, , word]) => `${kind}, ${word}`)], ...rows];
  }

  /** The end of the horizontal axis: that of the longest curve, or what the server says it will be. */
  end() {
    const reached = this.data.series.flatMap((one) => [one.epochs[this.against]?.at(-1) ?? 0, one.batches[this.against]?.at(-1) ?? 0]);
    return Math.max(this.data.ends[this.against] ?? 0, ...reached) || 1; // 1 while nothing is reached
  }

  point(share) { this.pointer = share; this.draw(); }

  draw() { for (const panel of this.panels) panel.draw(); }

  show(data) {
    this.data = data;
    this.said.textContent = data.said;
    this.bar.value = data.share;
    this.legend.replaceChildren(...data.series.map((one) => {
      const item = document.createElement("li"), dot = document.createElement("i");
      dot.style.background = one.colour;
      item.append(dot, one.name);
      if (one.note) {
        const note = document.createElement("em");
        note.textContent = ` (${one.note})`;
        item.append(note);
      }
      return item;
    }));
    this.draw();
    this.numbers.show(() => this.table());
  }
}

const pictures = new WeakMap();

export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".overlay");
  if (!pictures.has(root)) {
    pictures.set(root, new Overlay(root, data.start));
    followLecture(root, root.querySelector("canvas"));
  }
  pictures.get(root).show(data);
}
