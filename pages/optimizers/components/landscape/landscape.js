// A surface of two variables seen from above, and the paths that go down it. The ground is drawn once; the paths move
// here in the browser, and the server is asked only when a click sets another start.

const PAD = { left: 52, right: 12, top: 8, bottom: 36 };
const BANDS = 15;

class Landscape {
  constructor(root) {
    this.root = root;
    for (const part of ["bar", "legend", "play", "step", "count", "speed", "read", "first", "back", "on"]) this[part] = root.querySelector(`.${part}`);
    this.canvas = root.querySelector("canvas");
    this.at = 0;
    this.playing = false;
    this.play.onclick = () => (this.playing ? this.pause() : this.start());
    this.first.onclick = () => this.go(0);
    this.back.onclick = () => this.go(Math.round(this.at) - 1);
    this.on.onclick = () => this.go(Math.round(this.at) + 1);
    this.step.oninput = () => this.go(Number(this.step.value));
    root.addEventListener("keydown", (event) => this.key(event));
    this.canvas.addEventListener("pointermove", (event) => this.point(event));
    this.canvas.addEventListener("pointerleave", () => { this.read.textContent = this.hint(); });
    this.canvas.addEventListener("click", (event) => this.pick(event));
    new ResizeObserver(() => { this.ground = null; this.draw(); }).observe(this.canvas);
  }

  show(data, send) {
    this.send = send;
    const text = JSON.stringify(data), theme = getComputedStyle(this.root).getPropertyValue("--st-background-color");
    if (text === this.text && theme === this.theme) return;
    const another = !this.data || data.paths.some((path, i) => String(path.points) !== String(this.data.paths[i]?.points)) || data.paths.length !== this.data.paths.length;
    Object.assign(this, { text, theme, data, ground: null });
    this.shades = floatsOf(data.shades);
    this.last = Math.max(0, ...data.paths.map((path) => path.points.length - 1));
    this.step.max = this.last;
    if (String(data.speeds) !== this.speeds) {
      this.speeds = String(data.speeds);
      this.speed.replaceChildren(...data.speeds.map((value, i) => new Option(`${value} per second`, value, i === 1, i === 1)));
    }
    this.canvas.classList.toggle("pick", Boolean(data.pick));
    this.legend.replaceChildren(...data.paths.map((path) => {
      const item = document.createElement("li"), dot = document.createElement("i"), value = document.createElement("span");
      dot.style.background = path.colour;
      item.append(dot, path.name, value);
      return item;
    }));
    if (data.minima.length) {
      const item = document.createElement("li");
      item.textContent = `\u00d7 where it is lowest${data.minima.length > 1 ? ` (${data.minima.length} places)` : ""}`;
      this.legend.append(item);
    }
    this.read.textContent = this.hint();
    if (another) this.at = this.last; // the whole way first; Play begins anew
    this.draw();
  }

  hint() { return this.data?.pick ? "Click the picture to start there." : ""; }

  key(event) {
    if (event.target.matches("select, .step")) return;
    const moves = { ArrowLeft: -1, ArrowRight: 1, PageDown: -10, PageUp: 10 };
    if (event.key in moves) this.go(Math.round(this.at) + moves[event.key]);
    else if (event.key === "Home") this.go(0);
    else if (event.key === "End") this.go(this.last);
    else if (event.key === " " && !event.target.matches("button")) this.play.click();
    else return;
    event.preventDefault();
  }

  go(step) { this.pause(); this.at = Math.min(Math.max(step, 0), this.last); this.draw(); }

  start() {
    if (this.at >= this.last) this.at = 0;
    this.playing = true;
    this.clock = performance.now();
    requestAnimationFrame((now) => this.frame(now));
    this.draw();
  }

  pause() { this.playing = false; this.draw(); }

  frame(now) {
    if (!this.playing || !this.root.isConnected) return;
    this.at = Math.min(this.last, this.at + (Math.max(0, now - this.clock) / 1000) * Number(this.speed.value));
    this.clock = now;
    if (this.at >= this.last) this.playing = false;
    this.draw();
    if (this.playing) requestAnimationFrame((next) => this.frame(next));
  }

  scale() { return scaleOf(this.canvas.clientWidth, this.canvas.clientHeight, PAD, this.data.x, this.data.y); }

  /** The ground with its lines and axes, drawn once for each size, theme and surface. */
  paint(s, ratio) {
    const style = getComputedStyle(this.canvas), ink = style.getPropertyValue("--st-text-color") || style.color;
    const ground = document.createElement("canvas");
    ground.width = this.canvas.width;
    ground.height = this.canvas.height;
    const c = ground.getContext("2d"), { x, y, rows, columns } = this.data;
    const wide = Math.max(1, Math.round(s.wide * ratio)), high = Math.max(1, Math.round(s.high * ratio));
    const paper = rgb(style.getPropertyValue("--st-background-color") || "#fff"), pen = rgb(ink), deep = [61, 120, 150];
    const image = c.createImageData(wide, high), bands = new Uint8Array(wide * high);
    for (let py = 0; py < high; py += 1) {
      const row = (1 - (py + 0.5) / high) * (rows - 1);
      for (let px = 0; px < wide; px += 1) {
        const value = between(this.shades, rows, columns, ((px + 0.5) / wide) * (columns - 1), row);
        bands[py * wide + px] = Math.min(BANDS - 1, Math.floor(value * BANDS));
      }
    }
    for (let py = 0; py < high; py += 1) {
      for (let px = 0; px < wide; px += 1) {
        const i = py * wide + px, band = bands[i], strong = 0.5 * (1 - band / (BANDS - 1));
        const line = (px + 1 < wide && bands[i + 1] !== band) || (py + 1 < high && bands[i + wide] !== band) ? 0.28 : 0;
        for (let k = 0; k < 3; k += 1) {
          const colour = paper[k] + strong * (deep[k] - paper[k]);
          image.data[4 * i + k] = colour + line * (pen[k] - colour);
        }
        image.data[4 * i + 3] = 255;
      }
    }
    c.putImageData(image, Math.round(PAD.left * ratio), Math.round(PAD.top * ratio));
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    c.font = `13px ${style.fontFamily || "sans-serif"}`;
    c.fillStyle = c.strokeStyle = ink;
    c.globalAlpha = 0.85;
    c.textAlign = "center";
    c.textBaseline = "top";
    for (const tick of ticks(...x, 8)) c.fillText(told(tick), s.x(tick), s.height - PAD.bottom + 6);
    c.fillText(this.data.names[0], PAD.left + s.wide / 2, s.height - 16);
    c.textAlign = "right";
    c.textBaseline = "middle";
    for (const tick of ticks(...y, 6)) c.fillText(told(tick), PAD.left - 6, s.y(tick));
    c.save();
    c.translate(11, PAD.top + s.high / 2);
    c.rotate(-Math.PI / 2);
    c.textAlign = "center";
    c.fillText(this.data.names[1], 0, 0);
    c.restore();
    return ground;
  }

  draw() {
    const { canvas, data } = this, ratio = Math.min(2, window.devicePixelRatio || 1);
    if (!data || !canvas.clientWidth) return;
    const begin = performance.now(), s = this.scale(), c = canvas.getContext("2d");
    const width = Math.round(s.width * ratio), height = Math.round(s.height * ratio);
    if (canvas.width !== width || canvas.height !== height) { Object.assign(canvas, { width, height }); this.ground = null; }
    this.ground ??= this.paint(s, ratio);
    c.setTransform(1, 0, 0, 1, 0, 0);
    c.clearRect(0, 0, width, height);
    c.drawImage(this.ground, 0, 0);
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    c.save();
    c.beginPath();
    c.rect(PAD.left, PAD.top, s.wide, s.high);
    c.clip();
    c.lineJoin = c.lineCap = "round";
    const style = getComputedStyle(canvas), paper = style.getPropertyValue("--st-background-color") || "#fff";
    const whole = Math.floor(this.at + 1e-9), part = this.at - whole;
    const heads = data.paths.map((path) => {
      const n = path.points.length - 1, i = Math.min(whole, n), [x0, y0] = path.points[i], [x1, y1] = path.points[Math.min(i + 1, n)];
      return [x0 + part * (x1 - x0), y0 + part * (y1 - y0)];
    });
    for (const [wide, own] of [[6, false], [2.6, true]]) {
      data.paths.forEach((path, k) => {
        c.globalAlpha = own ? 1 : 0.75;
        c.strokeStyle = own ? path.colour : paper; // a rim, so that a path is seen on any ground
        c.lineWidth = wide;
        c.beginPath();
        const n = Math.min(whole, path.points.length - 1);
        for (let i = 0; i <= n; i += 1) c.lineTo(s.x(path.points[i][0]), s.y(path.points[i][1]));
        c.lineTo(s.x(heads[k][0]), s.y(heads[k][1]));
        c.stroke();
      });
    }
    c.globalAlpha = 1;
    c.lineWidth = 2;
    heads.forEach(([hx, hy], k) => {
      c.fillStyle = data.paths[k].colour;
      c.strokeStyle = paper;
      c.beginPath();
      c.arc(s.x(hx), s.y(hy), 7, 0, 2 * Math.PI);
      c.fill();
      c.stroke();
    });
    this.markMinima(c, s, style.getPropertyValue("--st-text-color") || style.color, paper);
    c.restore();
    this.tell(whole);
    this.cost = performance.now() - begin;
    this.root.dataset.cost = this.cost.toFixed(1); // milliseconds of this frame: the benchmark reads them
  }

  /** A cross wherever it is lowest, above the paths: those that arrive would cover it. */
  markMinima(c, s, ink, paper) {
    for (const [wide, colour] of [[5, paper], [2, ink]]) {
      c.strokeStyle = colour;
      c.lineWidth = wide;
      c.beginPath();
      for (const [mx, my] of this.data.minima) {
        for (const [dx, dy] of [[6, 6], [6, -6]]) { c.moveTo(s.x(mx) - dx, s.y(my) - dy); c.lineTo(s.x(mx) + dx, s.y(my) + dy); }
      }
      c.stroke();
    }
  }

  tell(whole) {
    this.step.value = whole;
    const number = (i) => (this.data.batches ? this.data.batches[i] : i);
    this.count.textContent = `${this.data.batches ? "batch" : "step"} ${number(whole)} of ${number(this.last)}`;
    this.play.textContent = this.playing ? "Pause" : "Play";
    const words = this.data.paths.map((path, k) => {
      const n = path.points.length - 1, value = path.values[Math.min(whole, n)], lost = path.lost && whole >= n ? " (lost)" : "";
      const text = `${this.data.value} ${told(value)}${lost}`;
      this.legend.children[k].lastChild.textContent = `: ${text}`;
      return `${path.name}: ${text}`;
    });
    const lowest = this.data.minima.map(([x, y]) => `(${told(x)}, ${told(y)})`).join(", ");
    const parts = [this.data.label, ...(lowest ? [`lowest at ${lowest}`] : []), this.count.textContent, ...words];
    this.canvas.setAttribute("aria-label", parts.join("; "));
  }

  place(event) {
    const s = this.scale(), [x, y] = s.back(event.offsetX, event.offsetY), inside = (v, [low, high]) => v >= low && v <= high;
    return inside(x, this.data.x) && inside(y, this.data.y) ? [x, y] : null;
  }

  point(event) {
    const at = this.data && this.place(event);
    this.read.textContent = at ? `${this.data.names[0]} = ${told(at[0])}, ${this.data.names[1]} = ${told(at[1])}${this.data.pick ? " · click to start here" : ""}` : this.hint();
  }

  pick(event) {
    const at = this.data?.pick && this.place(event);
    if (at) this.send("start", at);
  }
}

const pictures = new WeakMap();

export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".landscape");
  root.style.setProperty("--tall", `${data.tall}px`);
  if (!pictures.has(root)) {
    pictures.set(root, new Landscape(root));
    followLecture(root, root.querySelector("canvas"));
  }
  pictures.get(root).show(data, setTriggerValue);
}
