/** A number as text: three decimals, or two digits of a small one. */
function shown(x) {
  return (Math.abs(x) < 0.01 && x !== 0 ? x.toPrecision(2) : x.toFixed(3)).replace("-", "\u2212");
}

/** The place of the largest of some numbers, the first of equals. */
function argmax(values) {
  return values.reduce((best, x, k) => (x > values[best] ? k : best), 0);
}
