// The feature maps of a layer as a sheet of tiles: zoomed, read and coloured in the browser; only a click goes to Python.

const SIZES = [40, 56, 76, 104, 144, 200, 280, 400];
const SHARE = 0.995; // of the numbers, within the full colour

class Sheet {
  constructor(root) {
    this.root = root;
    for (const part of ["sheet", "read", "each", "in", "out", "scale", "low", "high", "ramp"]) this[part] = root.querySelector(`.${part}`);
    this.zoom = null;
    this.in.onclick = () => this.setZoom(this.zoom + 1);
    this.out.onclick = () => this.setZoom(this.zoom - 1);
    this.each.onchange = () => this.paint();
  }

  show(data, send) {
    this.send = send;
    const text = JSON.stringify(data);
    if (text === this.text) return;
    this.text = text;
    const [channels, rows, columns] = data.shape;
    const same = this.data && String(this.data.shape) === String(data.shape);
    Object.assign(this, { data, channels, rows, columns, values: floatsOf(data.base64) });
    this.root.style.setProperty("--tall", `${data.tall}px`);
    this.sheet.setAttribute("aria-label", data.label);
    if (!same) this.build();
    if (this.zoom === null) this.zoom = SIZES.findLastIndex((size, k) => k === 0 || this.fits(size));
    this.setZoom(this.zoom);
    this.paint();
    this.mark();
    this.ring();
  }

  /** Whether all tiles of this size are seen at once. */
  fits(size) {
    const across = Math.max(1, Math.floor((this.root.clientWidth - 6) / (size + 10)));
    return Math.ceil(this.channels / across) * (size + 10) <= this.data.tall;
  }

  build() {
    this.tiles = Array.from({ length: this.channels }, (_, channel) => {
      const tile = document.createElement("button");
      tile.type = "button";
      tile.className = "tile";
      tile.setAttribute("aria-label", `Channel ${channel + 1}`);
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [this.columns, this.rows];
      const number = document.createElement("span");
      number.textContent = channel + 1;
      tile.append(canvas, number);
      const at = (event) => {
        if (!event.detail && event.type === "click") return [this.rows >> 1, this.columns >> 1]; // by keyboard
        const box = canvas.getBoundingClientRect();
        const cell = (x, from, size, n) => Math.max(0, Math.min(n - 1, Math.floor(((x - from) / size) * n)));
        return [cell(event.clientY, box.top, box.height, this.rows), cell(event.clientX, box.left, box.width, this.columns)];
      };
      tile.addEventListener("pointermove", (event) => this.tell(channel, ...at(event)));
      tile.addEventListener("pointerleave", () => { this.read.textContent = ""; });
      tile.addEventListener("click", (event) => {
        const [row, column] = at(event);
        this.data.picked = [channel, row, column];
        this.mark();
        this.send("picked", { channel, row, column });
      });
      return tile;
    });
    this.sheet.replaceChildren(...this.tiles);
  }

  tell(channel, row, column) {
    const x = this.values[(channel * this.rows + row) * this.columns + column];
    this.read.textContent = `channel ${channel + 1}, row ${row + 1}, column ${column + 1}: ${shown(x)}`;
  }

  setZoom(zoom) {
    this.zoom = Math.max(0, Math.min(SIZES.length - 1, zoom));
    this.root.style.setProperty("--tile", `${SIZES[this.zoom]}px`);
    this.out.disabled = this.zoom === 0;
    this.in.disabled = this.zoom === SIZES.length - 1;
  }

  /** What the colours mean; beyond the ends lies what is brighter than nearly all. */
  bar(all, negative, positive, paper) {
    const css = ([r, g, b]) => `rgb(${r}, ${g}, ${b})`, own = this.each.checked;
    const isBelow = this.values.some((x) => x < 0), isBeyond = !own && this.values.some((x) => Math.abs(x) > all);
    const most = own ? "its largest" : shown(all), least = own ? "\u2212 its largest" : `\u2212${shown(all)}`;
    this.low.textContent = isBelow ? `${isBeyond ? "≤ " : ""}${least}` : "0";
    this.high.textContent = `${isBeyond ? "≥ " : ""}${most}`;
    this.scale.classList.toggle("above", !isBelow);
    this.ramp.style.background = `linear-gradient(90deg, ${(isBelow ? [negative, paper, positive] : [paper, positive]).map(css).join(", ")})`;
    const from = isBelow ? `blue ${this.low.textContent}, the page's own colour 0` : "the page's own colour 0";
    this.scale.setAttribute("aria-label", `Colours: ${from}, orange ${this.high.textContent}`);
  }

  /** A ring on every map, where its channel is largest. */
  ring() {
    const cells = this.rows * this.columns;
    this.tiles.forEach((tile, channel) => {
      const values = this.values.subarray(channel * cells, (channel + 1) * cells), at = argmax(values);
      const peak = tile.querySelector("i.peak") ?? tile.appendChild(Object.assign(document.createElement("i"), { className: "peak" }));
      const middle = (k, of) => `calc(var(--tile) * ${(k + 0.5) / of})`;
      peak.hidden = values.every((x) => x === values[at]); // the same everywhere: a unit that is silent, for instance
      peak.style.left = middle(at % this.columns, this.columns);
      peak.style.top = middle(Math.floor(at / this.columns), this.rows);
    });
  }

  paint() {
    const style = getComputedStyle(this.root);
    const [negative, positive, paper] = ["--negative", "--positive", "--paper"].map((name) => rgb(style.getPropertyValue(name)));
    const all = most(this.values, SHARE);
    this.bar(all, negative, positive, paper);
    const cells = this.rows * this.columns;
    this.tiles.forEach((tile, channel) => {
      const values = this.values.subarray(channel * cells, (channel + 1) * cells);
      const largest = this.each.checked ? most(values, SHARE) : all;
      const picture = new ImageData(this.columns, this.rows);
      for (let k = 0; k < cells; k++) {
        const part = Math.min(1, Math.abs(values[k]) / largest);
        const hue = values[k] < 0 ? negative : positive;
        for (let i = 0; i < 3; i++) picture.data[4 * k + i] = paper[i] + part * (hue[i] - paper[i]);
        picture.data[4 * k + 3] = 255;
      }
      tile.firstChild.getContext("2d").putImageData(picture, 0, 0);
    });
  }

  /** The picked channel, and the picked pixel in it. */
  mark() {
    const [channel, row, column] = this.data.picked ?? [];
    this.tiles.forEach((tile, k) => {
      tile.classList.toggle("picked", k === channel);
      tile.setAttribute("aria-pressed", k === channel);
      tile.querySelector("i.pixel")?.remove();
      if (k !== channel || !(row >= 0)) return;
      const pixel = Object.assign(document.createElement("i"), { className: "pixel" });
      const part = (n, of) => `calc(var(--tile) * ${n / of} - 2px)`;
      Object.assign(pixel.style, { left: part(column, this.columns), top: part(row, this.rows),
        width: `calc(var(--tile) / ${this.columns})`, height: `calc(var(--tile) / ${this.rows})` });
      tile.append(pixel);
    });
  }
}

const sheets = new WeakMap();

export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".maps");
  if (!sheets.has(root)) sheets.set(root, new Sheet(root));
  sheets.get(root).show(data, setTriggerValue);
}
