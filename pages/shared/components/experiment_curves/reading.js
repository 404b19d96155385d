// Curves as points [x, y] in the units of their axes: what is read from them.

/** The value of a curve at a place, on the straight line between its points; null beyond its ends. */
function valueAt(points, at) {
  const i = points.findIndex(([x]) => x >= at);
  if (i < 0 || (i === 0 && points[0][0] > at)) return null;
  if (i === 0) return points[0][1];
  const [[x0, y0], [x1, y1]] = [points[i - 1], points[i]];
  return y0 + ((at - x0) / (x1 - x0)) * (y1 - y0);
}

/** The ends of an axis of shares: 0 or a round number below all, so that curves that lie close are told apart. */
function shareRange(values) {
  if (!values.length) return [0, 1];
  const low = Math.min(...values), high = Math.max(...values);
  return [Math.max(0, Math.floor((low - 0.02) * 10) / 10), Math.min(1, Math.ceil((high + 0.02) * 10) / 10)];
}

/** Where the loss axis begins: at 0 while runs train, so that it does not jump; behind them so that curves use their space. */
function lossBottom(values, { share, loss_top: top }) {
  const seen = values.filter((value) => value <= top);
  if (share < 1 || !seen.length) return 0;
  const low = Math.min(...seen), step = top / 10;
  // Half of the axis or more would be empty
  return low > top / 2 ? +(Math.floor((low - 0.02 * top) / step) * step).toFixed(3) : 0;
}
