// Where a window lies and which step comes when: pure index arithmetic, nothing is drawn here.
// An axis is {size, window, stride, dilation, before, after, count} as core.convolution.Axis has it.

/** The cells under one window, in reading order; coordinates of the unpadded image. */
function windowCells(axes, row, column) {
  const cells = [];
  for (let i = 0; i < axes.rows.window; i++) {
    for (let j = 0; j < axes.columns.window; j++) {
      cells.push({
        i, j,
        row: row * axes.rows.stride - axes.rows.before + i * axes.rows.dilation,
        column: column * axes.columns.stride - axes.columns.before + j * axes.columns.dilation,
      });
    }
  }
  return cells;
}

function isInside(axes, cell) {
  return cell.row >= 0 && cell.row < axes.rows.size && cell.column >= 0 && cell.column < axes.columns.size;
}

/** The cells that a pooling window really has: a partial window has fewer. */
function pooledCells(axes, row, column) {
  return windowCells(axes, row, column).filter((cell) => isInside(axes, cell));
}

/** All terms of one convolution step, channel by channel: what core.convolution.Step.terms holds. */
function convolutionTerms(model, filter, row, column) {
  const terms = [];
  const cells = windowCells(model.axes, row, column);
  model.kernel[filter].forEach((weights, channel) => {
    for (const cell of cells) {
      const pixel = isInside(model.axes, cell) ? model.image.at(channel, cell.row, cell.column) : 0;
      const weight = weights[cell.i][cell.j];
      terms.push({ ...cell, channel, pixel, weight, product: pixel * weight, padded: !isInside(model.axes, cell) });
    }
  });
  return terms;
}

/** The output cells along one axis whose window covers an image index. */
function windowsOver(axis, index) {
  const found = [];
  for (let n = 0; n < axis.count; n++) {
    const offset = index - (n * axis.stride - axis.before);
    if (offset >= 0 && offset % axis.dilation === 0 && offset / axis.dilation < axis.window) found.push(n);
  }
  return found;
}

/** The output cell whose window has an image index nearest to its middle. */
function windowAround(axis, index) {
  const nearest = Math.round((index + axis.before - (axis.dilation * (axis.window - 1)) / 2) / axis.stride);
  return Math.max(0, Math.min(axis.count - 1, nearest));
}

/** The order of all steps: one a cell, or with `deep` one a multiply-add and one for the finished cell. */
function timeline(model, deep) {
  const stages = [];
  const add = (name, axes, lengthOf) => {
    const lengths = [];
    let length = 0;
    const uniform = lengthOf(null);
    const cells = axes.rows.count * axes.columns.count;
    if (uniform) return stages.push({ name, axes, uniform, length: uniform * cells });
    for (let n = 0; n < cells; n++) {
      lengths.push(length);
      length += lengthOf(n);
    }
    return stages.push({ name, axes, starts: lengths, length });
  };
  if (model.axes) {
    const terms = model.kernel[0].length * model.axes.rows.window * model.axes.columns.window;
    add("convolution", model.axes, () => (deep ? terms + 1 : 1));
  }
  if (model.pool) {
    const width = model.pool.axes.columns.count;
    const cellsOf = (n) => pooledCells(model.pool.axes, Math.floor(n / width), n % width).length;
    add("pooling", model.pool.axes, (n) => (deep ? n !== null && cellsOf(n) + 1 : 1));
  }
  return { stages, deep, length: stages.reduce((sum, stage) => sum + stage.length, 0) };
}

/** What frame number `frame` shows: the stage, the output cell, and how many of its terms. */
function locate(line, frame) {
  let rest = frame;
  for (const stage of line.stages) {
    if (rest >= stage.length) {
      rest -= stage.length;
      continue;
    }
    let cell;
    let shown;
    let length;
    if (stage.uniform) {
      cell = Math.floor(rest / stage.uniform);
      shown = (rest % stage.uniform) + 1;
      length = stage.uniform;
    } else {
      cell = stage.starts.findLastIndex((start) => start <= rest);
      shown = rest - stage.starts[cell] + 1;
      length = (stage.starts[cell + 1] ?? stage.length) - stage.starts[cell];
    }
    const width = stage.axes.columns.count;
    const finished = shown === length;
    return { stage: stage.name, index: cell, row: Math.floor(cell / width), column: cell % width,
             shown: line.deep && !finished ? shown : Infinity, finished };
  }
  return null;
}

/** The frame in which an output cell is finished. */
function frameOf(line, stageName, row, column) {
  let before = 0;
  for (const stage of line.stages) {
    const cell = row * stage.axes.columns.count + column;
    if (stage.name === stageName) {
      const end = stage.uniform ? (cell + 1) * stage.uniform : stage.starts[cell + 1] ?? stage.length;
      return before + end - 1;
    }
    before += stage.length;
  }
  return 0;
}

/** Where to begin: the first window that gives something; on a large map the strongest, the padding's edges left out. */
function tellingFrame(model, line) {
  const map = model.active ?? model.sums;
  if (!model.axes || !map) return 0;
  const { rows, columns } = model.axes;
  const isWhole = (axis, n) => n * axis.stride >= axis.before && n * axis.stride - axis.before + axis.dilation * (axis.window - 1) < axis.size;
  let best = { value: 0, frame: 0 };
  for (let r = 0; r < rows.count; r++) {
    for (let c = 0; c < columns.count; c++) {
      const value = Math.abs(map.at(0, r, c) ?? 0);
      if (!value || value <= best.value || (map.large && !(isWhole(rows, r) && isWhole(columns, c)))) continue;
      best = { value, frame: frameOf(line, "convolution", r, c) };
      if (!map.large) return best.frame;
    }
  }
  return best.frame;
}

/** An output cell, counted from 1; of a sum that was taken out of a larger map (`pixel`), its place in that map. */
function placeInWords(at, pixel) {
  const { row, column } = pixel ?? at;
  const place = say("row {row}, column {column}", { row: row + 1, column: column + 1 });
  return pixel ? `${say("channel {n}", { n: pixel.channel + 1 })}, ${place}` : place;
}
