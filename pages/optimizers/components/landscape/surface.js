// Numbers, places and heights of a surface: arithmetic only, nothing is drawn here.

/** A number as text, with about four digits. */
function told(x) {
  return (x === 0 ? "0" : Math.abs(x) >= 1e5 || Math.abs(x) < 1e-3 ? x.toExponential(2) : String(+x.toPrecision(4))).replace("-", "\u2212");
}

/** Where things are in a picture of this size whose axes go from x[0] to x[1] and y[0] to y[1]: to pixels, and back. */
function scaleOf(width, height, pad, x, y) {
  const wide = width - pad.left - pad.right, high = height - pad.top - pad.bottom;
  return {
    width, height, wide, high,
    x: (value) => pad.left + ((value - x[0]) / (x[1] - x[0])) * wide,
    y: (value) => pad.top + (1 - (value - y[0]) / (y[1] - y[0])) * high,
    back: (px, py) => [x[0] + ((px - pad.left) / wide) * (x[1] - x[0]), y[0] + (1 - (py - pad.top) / high) * (y[1] - y[0])],
  };
}

/** A height between the points of a grid, on the straight lines between its four neighbours. */
function between(grid, rows, columns, column, row) {
  const c = Math.min(Math.floor(column), columns - 2), r = Math.min(Math.floor(row), rows - 2);
  const u = column - c, v = row - r, i = r * columns + c;
  return (1 - v) * ((1 - u) * grid[i] + u * grid[i + 1]) + v * ((1 - u) * grid[i + columns] + u * grid[i + columns + 1]);
}
