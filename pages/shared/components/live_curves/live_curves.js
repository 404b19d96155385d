// The live picture of a run: one mount, drawn on two canvases. It is drawn anew each second while a network trains on
// the same processor, so it must cost next to nothing: a few milliseconds, where a chart library takes a tenth of a second.

const PAD = { left: 46, right: 12, top: 10, bottom: 34 };
const NAMES = { train: say("training"), judged_train: say("after epoch"), test: say("test"), bet: say("bet") };
const FONT = "14px ";

class Panel {
  constructor(canvas) {
    this.canvas = canvas;
    this.kind = canvas.dataset.panel;
    this.pointer = null;
    canvas.addEventListener("pointermove", (event) => { this.pointer = event.offsetX; this.draw(); });
    canvas.addEventListener("pointerleave", () => { this.pointer = null; this.draw(); });
    new ResizeObserver(() => this.draw()).observe(canvas);
  }

  show(data) {
    this.data = data;
    const last = data.epochs.at(-1);
    const text = last ? say("after epoch {n}: training {training}, test {test}", {
      n: last.epoch, training: this.say(last[`train_${this.kind}`]), test: this.say(last[`test_${this.kind}`]),
    }) : say("nothing measured yet");
    this.canvas.setAttribute("aria-label", say("{quantity} against epochs; {text}", { quantity: say(this.kind), text }));
    this.draw();
  }

  /** The curves: that of the training pictures judged behind the epoch is there where it was asked for. */
  splits() {
    const judged = this.data.epochs.some((e) => `judged_train_${this.kind}` in e);
    return judged ? ["train", "judged_train", "test"] : ["train", "test"];
  }

  /** What was bet, as points of this panel: a curve, or one accuracy all along. */
  bet() {
    const { bet, end } = this.data;
    if (bet?.losses && this.kind === "loss") return bet.epochs.map((epoch, i) => [epoch, bet.losses[i]]);
    if (bet?.accuracy !== undefined && this.kind === "accuracy") return [[0, bet.accuracy], [end, bet.accuracy]];
    return [];
  }

  /** What a class has bet, each as points of this panel. */
  bets() {
    if (this.kind !== "loss") return [];
    return (this.data.bets ?? []).map(({ epochs, losses }) => epochs.map((epoch, i) => [epoch, losses[i]]));
  }

  say(value) { return value === null ? say("no number") : this.kind === "loss" ? value.toFixed(3) : `${(100 * value).toFixed(1)} %`; }

  draw() {
    const { canvas, data } = this, ratio = (window.devicePixelRatio || 1) * (canvas.currentCSSZoom || 1);
    const width = canvas.clientWidth, height = canvas.clientHeight;
    if (!data || !width) return;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    const style = getComputedStyle(canvas), c = canvas.getContext("2d");
    const ink = style.getPropertyValue("--st-text-color") || style.color, font = FONT + (style.fontFamily || "sans-serif");
    const paper = style.getPropertyValue("--st-background-color") || "#fff";
    const training = style.getPropertyValue("--training");
    const colours = { train: training, judged_train: training, test: style.getPropertyValue("--test") };
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    c.clearRect(0, 0, width, height);
    c.font = font;
    const inLecture = style.getPropertyValue("--lecture").trim() === "1";
    const bet = this.bet(), named = [...this.splits(), ...(bet.length ? ["bet"] : [])];
    const right = inLecture ? Math.max(...named.map((name) => c.measureText(NAMES[name]).width)) + 14 : PAD.right;
    const top = this.kind === "loss" ? data.loss_top : 1, end = data.end;
    const x = (epoch) => PAD.left + (epoch / end) * (width - PAD.left - right);
    const y = (value) => height - PAD.bottom - (Math.min(value, top) / top) * (height - PAD.top - PAD.bottom);

    c.fillStyle = c.strokeStyle = ink;
    c.lineWidth = 1;
    c.textAlign = "right";
    c.textBaseline = "middle";
    for (const tick of ticks(0, top, 5)) {
      c.globalAlpha = 0.15;
      c.beginPath(); c.moveTo(PAD.left, y(tick)); c.lineTo(width - right, y(tick)); c.stroke();
      c.globalAlpha = 0.85;
      c.fillText(this.kind === "loss" ? tick.toFixed(1) : `${Math.round(tick * 100)} %`, PAD.left - 6, y(tick));
    }
    c.textAlign = "center";
    c.textBaseline = "top";
    for (const tick of ticks(0, end, Math.min(end, 8))) {
      c.globalAlpha = 0.85;
      c.fillText(String(+tick.toFixed(2)), x(tick), height - PAD.bottom + 6);
    }
    c.fillText(say("epoch"), (PAD.left + width - right) / 2, height - 15);

    if (this.kind === "loss") {
      c.globalAlpha = 0.5;
      c.strokeStyle = colours.train;
      c.beginPath();
      data.batch_x.forEach((at, i) => {
        const value = data.batch_loss[i];
        if (value !== null) c.lineTo(x(at), y(value));
      });
      c.stroke();
    }
    c.globalAlpha = 1;
    c.lineWidth = 3;
    for (const split of this.splits()) {
      const points = data.epochs.filter((e) => typeof e[`${split}_${this.kind}`] === "number").map((e) => [x(e.x), y(e[`${split}_${this.kind}`])]);
      c.strokeStyle = c.fillStyle = colours[split];
      c.beginPath();
      c.setLineDash(split === "judged_train" ? [7, 5] : []);
      points.forEach(([px, py]) => c.lineTo(px, py));
      c.stroke();
      c.setLineDash([]);
      if (points.length <= 60) {
        for (const [px, py] of points) {
          c.beginPath();
          // Round for training, square for test: not told by colour alone
          if (split !== "test") c.arc(px, py, 4.5, 0, 2 * Math.PI); else c.rect(px - 4.2, py - 4.2, 8.4, 8.4);
          c.fill();
        }
      }
    }
    c.strokeStyle = ink;
    this.bets().forEach((points, i) => {
      const isNearest = i === data.nearest;
      c.globalAlpha = isNearest ? 1 : 0.35;
      c.lineWidth = isNearest ? 2 : 1.5;
      c.setLineDash(isNearest ? [9, 6] : []);
      c.beginPath();
      points.forEach(([epoch, value]) => c.lineTo(x(Math.min(epoch, end)), y(value)));
      c.stroke();
      if (points.length === 1) { c.beginPath(); c.arc(x(points[0][0]), y(points[0][1]), 5, 0, 2 * Math.PI); c.stroke(); }
    });
    c.globalAlpha = 1;
    c.setLineDash([]);
    if (bet.length) {
      c.lineWidth = 2;
      c.setLineDash([9, 6]);
      c.beginPath();
      bet.forEach(([epoch, value]) => c.lineTo(x(Math.min(epoch, end)), y(value)));
      c.stroke();
      c.setLineDash([]);
      if (bet.length === 1) { c.beginPath(); c.arc(x(bet[0][0]), y(bet[0][1]), 5, 0, 2 * Math.PI); c.stroke(); }
    }
    if (inLecture) {
      const ends = this.splits().map((split) => ({ split, last: data.epochs.map((e) => e[`${split}_${this.kind}`]).findLast((v) => typeof v === "number") }));
      const told = ends.filter(({ last }) => last !== undefined).map(({ split, last }) => ({ y: y(last), text: NAMES[split], colour: colours[split] }));
      if (bet.length) told.push({ y: y(bet.at(-1)[1]), text: NAMES.bet, colour: ink });
      endLabels(c, told, { x: width - right + 8, top: 0, bottom: height - PAD.bottom + 8, high: 16 });
    }
    if (this.pointer !== null) this.read(c, x, width, ink, paper);
  }

  /** What the pointer stands over: the nearest epoch's figures, and the nearest batch's. */
  read(c, x, width, ink, paper) {
    const { data } = this, lines = [];
    let at = null;
    if (data.epochs.length) {
      const epoch = data.epochs[nearest(data.epochs.map((e) => x(e.x)), this.pointer)];
      at = x(epoch.x);
      lines.push(say("epoch {n}", { n: +epoch.x.toFixed(2) }), `${say("training")} ${this.say(epoch[`train_${this.kind}`])}`);
      if (`judged_train_${this.kind}` in epoch) lines.push(`${say("training, after")} ${this.say(epoch[`judged_train_${this.kind}`])}`);
      lines.push(`${say("test")} ${this.say(epoch[`test_${this.kind}`])}`);
    }
    if (this.kind === "loss" && data.batch_x.length) {
      const i = nearest(data.batch_x.map(x), this.pointer);
      at ??= x(data.batch_x[i]);
      lines.push(say("batch {n}: {loss}", { n: data.batch_step[i], loss: this.say(data.batch_loss[i]) }));
    }
    if (at === null) return;
    c.globalAlpha = 0.5;
    c.strokeStyle = ink;
    c.lineWidth = 1;
    c.beginPath(); c.moveTo(at, PAD.top); c.lineTo(at, this.canvas.clientHeight - PAD.bottom); c.stroke();
    c.globalAlpha = 0.94;
    const wide = Math.max(...lines.map((line) => c.measureText(line).width)) + 16, high = 18 * lines.length + 10;
    const left = at + wide + 12 > width ? at - wide - 8 : at + 8;
    c.fillStyle = paper;
    c.fillRect(left, PAD.top, wide, high);
    c.strokeRect(left, PAD.top, wide, high);
    c.globalAlpha = 1;
    c.fillStyle = ink;
    c.textAlign = "left";
    c.textBaseline = "top";
    lines.forEach((line, i) => c.fillText(line, left + 8, PAD.top + 7 + 18 * i));
  }
}

class Live {
  constructor(root) {
    this.said = root.querySelector(".said");
    this.bar = root.querySelector("progress");
    this.figures = root.querySelector(".figures");
    this.judged = root.querySelector(".judged");
    this.bet = root.querySelector(".legend .bet");
    this.panels = [...root.querySelectorAll("canvas")].map((canvas) => new Panel(canvas));
    this.numbers = new Numbers(root.parentNode.querySelector(".numbers"));
  }

  show(data) {
    this.said.textContent = data.said;
    this.bar.value = data.share;
    if (this.figures.children.length !== data.figures.length) {
      this.figures.replaceChildren(...data.figures.map(() => {
        const group = document.createElement("div");
        group.append(document.createElement("dt"), document.createElement("dd"));
        return group;
      }));
    }
    data.figures.forEach(([name, value], i) => {
      const [term, figure] = this.figures.children[i].children;
      if (term.textContent !== name) term.textContent = name;
      if (figure.textContent !== value) figure.textContent = value;
    });
    this.bet.hidden = !data.curves.bet && !data.curves.bets?.length;
    this.judged.hidden = !data.curves.epochs.some((e) => "judged_train_loss" in e);
    this.panels.forEach((panel) => panel.show(data.curves));
    this.numbers.show(() => this.table(data.curves));
  }

  /** A row for each epoch. */
  table({ epochs, bet }) {
    const columns = this.panels.flatMap((panel) => panel.splits().map((split) => [panel, split]));
    const head = columns.map(([panel, split]) => `${say(panel.kind)}, ${NAMES[split]}`);
    const said = new Map((bet?.losses ?? []).map((loss, i) => [bet.epochs[i], this.panels[0].say(loss)]));
    const more = bet?.losses ? [`${say("loss")}, ${NAMES.bet}`] : [];
    return [[say("epoch"), ...head, ...more],
      ...epochs.map((e) => [`${+e.x.toFixed(2)}`, ...columns.map(([panel, split]) => panel.say(e[`${split}_${panel.kind}`] ?? null)),
        ...more.map(() => said.get(e.epoch) ?? "–")])];
  }
}

const pictures = new WeakMap();

export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".live");
  if (!pictures.has(root)) {
    pictures.set(root, new Live(root));
    followLecture(root, root.querySelector("canvas"));
  }
  pictures.get(root).show(data);
}
