// Maps of numbers, and numbers as text.

const LARGE = 24; // sides above this are drawn as pixels
const MINUS = "\u2212";

/** Numbers of shape (C, H, W), from a flat list or from base64 of a typed array. */
class Numbers {
  constructor({ shape, values, base64, type }) {
    [this.channels, this.rows, this.columns] = shape;
    if (base64 !== undefined) {
      this.flat = type === "uint8" ? bytesOf(base64) : floatsOf(base64);
    } else {
      this.flat = values;
    }
  }

  at(channel, row, column) {
    return this.flat[(channel * this.rows + row) * this.columns + column];
  }

  grid(channel) {
    return Array.from({ length: this.rows }, (_, r) => Array.from({ length: this.columns }, (_, c) => this.at(channel, r, c)));
  }

  get large() { return Math.max(this.rows, this.columns) > LARGE; }

  largest() { return this.flat.reduce((m, x) => Math.max(m, Math.abs(x ?? 0)), 0); }
}

/** A kernel's size as text, such as "3 × 5 × 5" with channels and "5 × 5" without. */
function weightsSize(cube) {
  return `${cube.length > 1 ? `${cube.length} × ` : ""}${cube[0].length} × ${cube[0][0].length}`;
}

/** The size of the largest number in several grids; unknown ones, null, count as 0. */
function largestOf(grids) {
  return Math.max(...grids.flat(2).map((x) => Math.abs(x ?? 0)), 0);
}

/** A number as text: at most three decimals, or two digits of a small one. */
function format(x) {
  if (x === null || x === undefined) return "?";
  if (Number.isInteger(x)) return String(x).replace("-", MINUS);
  const text = Math.abs(x) < 0.01 ? x.toPrecision(2) : x.toFixed(3).replace(/\.?0+$/, "");
  return String(Number(text)).replace("-", MINUS);
}

/** "=", or "≈" where one of the numbers is shown rounded. */
function equals(...numbers) {
  return numbers.some((x) => x !== null && Number(format(x).replace(MINUS, "-")) !== x) ? "≈" : "=";
}

/** Numbers as a sum on paper: "3 − 2 + 1", not "3 + −2 + 1"; a word can stand at the beginning. */
function addedUp([first, ...others]) {
  const begin = typeof first === "number" ? format(first) : first;
  return begin + others.map((value) => (value < 0 ? ` − ${format(-value)}` : ` + ${format(value)}`)).join("");
}
