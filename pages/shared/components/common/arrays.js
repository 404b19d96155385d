// Arrays as Python sends them, and how large their numbers are.

/** Bytes from base64. */
function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

/** Numbers from base64 of NumPy's "<f4". */
function floatsOf(base64) {
  return new Float32Array(bytesOf(base64).buffer);
}

/** The size below which a share of the numbers lies, so that a single bright one does not pale the rest; never 0. */
function most(values, share, every = 1) {
  const sizes = Float32Array.from(every > 1 ? values.filter((_, k) => k % every === 0) : values, Math.abs).sort();
  return sizes[Math.floor((sizes.length - 1) * share)] || sizes.at(-1) || 1;
}
