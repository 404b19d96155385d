// Arrays as Python sends them, and small helpers of the picture.

// Drawn as paths: a lecture hall's machine may lack the glyphs. Strings of this file only, nothing typed gets here.
const ICONS = {
  first: "M11 12l8-7v14zM4 12l8-7v14z", previous: "M6 5h3v14H6zM19 5v14L9 12z", play: "M6 4v16l14-8z",
  pause: "M6 4h4v16H6zM14 4h4v16h-4z", next: "M15 5h3v14h-3zM5 5v14l10-7z",
};


/** Numbers of shape (C, H, W), from a flat list or from base64 of a typed array. */
class Numbers {
  constructor({ shape, values, base64, type }) {
    [this.channels, this.rows, this.columns] = shape;
    if (base64 !== undefined) {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      this.flat = type === "uint8" ? bytes : new Float32Array(bytes.buffer);
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

/** The size below which 99 of 100 numbers lie: a single bright edge must not pale the rest. */
function most(map) {
  const every = Math.ceil(map.flat.length / 20000);
  const sizes = Array.from(map.flat).filter((_, k) => k % every === 0).map(Math.abs).sort((a, b) => a - b);
  return sizes[Math.floor(sizes.length * 0.99)] || sizes.at(-1) || 1;
}

function weightsSize(cube) {
  return `${cube.length > 1 ? `${cube.length} × ` : ""}${cube[0].length} × ${cube[0][0].length}`;
}
