// One picture, large: the pointer reads a pixel's numbers before and after normalisation, in the browser alone.

const SIDE = 32, NAMES = ["red", "green", "blue"];
const MARK = ["#ffffff", "#000000"]; // one of them is seen on any pixel

class Pixels {
  constructor(root) {
    this.large = root.querySelector(".large");
    this.where = root.querySelector(".where");
    this.body = root.querySelector("tbody");
    this.row = this.column = 16;
    const channels = root.querySelector(".channels");
    this.small = NAMES.map((name) => {
      const figure = document.createElement("figure"), canvas = document.createElement("canvas");
      canvas.width = canvas.height = SIDE;
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", `The ${name} channel in grey`);
      const caption = document.createElement("figcaption");
      caption.textContent = name;
      figure.append(canvas, caption);
      channels.append(figure);
      return canvas;
    });
    this.body.replaceChildren(...NAMES.map((name) => {
      const line = document.createElement("tr"), head = document.createElement("th");
      head.scope = "row";
      head.textContent = name;
      line.append(head, ...[0, 1, 2].map(() => document.createElement("td")));
      return line;
    }));
    this.large.addEventListener("pointermove", (event) => {
      const box = this.large.getBoundingClientRect();
      this.go(Math.floor(((event.clientY - box.top) / box.height) * SIDE), Math.floor(((event.clientX - box.left) / box.width) * SIDE));
    });
    this.large.addEventListener("keydown", (event) => {
      const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
      if (!step) return;
      event.preventDefault();
      this.go(this.row + step[0], this.column + step[1]);
    });
  }

  show(base64) {
    this.bytes = bytesOf(base64);
    NAMES.forEach((_, c) => this.paint(this.small[c], (i) => Array(3).fill(this.bytes[3 * i + c])));
    this.go(this.row, this.column);
  }

  paint(canvas, colour) {
    const context = canvas.getContext("2d"), picture = context.createImageData(SIDE, SIDE);
    for (let i = 0; i < SIDE * SIDE; i++) picture.data.set([...colour(i), 255], 4 * i);
    context.putImageData(picture, 0, 0);
  }

  go(row, column) {
    this.row = Math.max(0, Math.min(SIDE - 1, row));
    this.column = Math.max(0, Math.min(SIDE - 1, column));
    const at = SIDE * this.row + this.column, rgb = this.bytes.subarray(3 * at, 3 * at + 3);
    // Drawn at 16 screen pixels a pixel, so that the mark can be thinner than one
    const zoom = 16, canvas = this.large, context = canvas.getContext("2d");
    if (canvas.width !== SIDE * zoom) canvas.width = canvas.height = SIDE * zoom;
    for (let i = 0; i < SIDE * SIDE; i++) {
      context.fillStyle = `rgb(${this.bytes[3 * i]} ${this.bytes[3 * i + 1]} ${this.bytes[3 * i + 2]})`;
      context.fillRect((i % SIDE) * zoom, Math.floor(i / SIDE) * zoom, zoom, zoom);
    }
    MARK.forEach((colour, k) => {
      context.strokeStyle = colour;
      context.lineWidth = 3;
      context.strokeRect(this.column * zoom - 1.5 - 3 * k, this.row * zoom - 1.5 - 3 * k, zoom + 3 + 6 * k, zoom + 3 + 6 * k);
    });
    this.where.textContent = `row ${this.row + 1}, column ${this.column + 1}`;
    [...this.body.children].forEach((line, c) => {
      const share = rgb[c] / 255;
      [String(rgb[c]), share.toFixed(3), ((share - 0.5) / 0.5).toFixed(3).replace("-", "−")].forEach((text, k) => { line.children[k + 1].textContent = text; });
    });
  }
}

const pictures = new WeakMap();

export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".pixels");
  if (!pictures.has(root)) pictures.set(root, new Pixels(root));
  pictures.get(root).show(data.bytes);
}
