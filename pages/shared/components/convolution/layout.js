// How large cells and pixels are drawn: as large as the screen allows.

const GAP = 28; // pixels between figures, as in the style sheet
const CAPTION = 30;
const LEAST = 24; // pixels of a cell that can still be read
const LEAST_PIXEL = 0.2;

/** What each figure of the stage holds: its tables as [columns, rows], and what stands above and below them. */
function measure(stage) {
  return [...stage.children].map((figure) => {
    const below = figure.querySelector(".bias") ? 1.2 : 0; // the bias stands below its kernel
    const tables = [...figure.querySelectorAll(".grids table, :scope > .scroll > table")].filter((t) => !t.closest(".bias"));
    return { caption: figure.querySelector("figcaption").scrollWidth, names: tables.length > 1 ? 22 : 0,
             tables: tables.map((t) => [t.rows[0].cells.length, t.rows.length + below]) };
  });
}

/** The height of all figures when they flow into lines of this width, with cells of this size. */
function flowHeight(figures, width, size) {
  let [x, y, high] = [0, 0, 0];
  for (const { tables, caption, names } of figures) {
    const wide = tables.reduce((sum, [columns]) => sum + columns * (size + 2) + 12, -12);
    const w = Math.min(width, Math.max(wide, caption));
    const lines = Math.ceil(wide / width);
    const h = CAPTION + lines * (names + Math.max(0, ...tables.map(([, rows]) => rows * (size + 2))));
    if (x && x + w > width) [x, y, high] = [0, y + high + 12, 0];
    x += w + GAP;
    high = Math.max(high, h);
  }
  return y + high;
}

/** Cells as large as the width and the room allow; where the smallest are too large for the room, of reading size. */
function cellSize(figures, width, room, most = 72, least = LEAST) {
  const tables = figures.flatMap((figure) => figure.tables);
  const widest = Math.max(1, ...tables.map(([columns]) => columns));
  const tallest = Math.max(1, ...tables.map(([, rows]) => rows));
  const largest = Math.max(least, Math.min(Math.floor(most), Math.floor(width / widest) - 2));
  let size = largest;
  while (size > least && flowHeight(figures, width, size) > room) size -= 1;
  return flowHeight(figures, width, size) > room ? Math.min(largest, width < 480 || tallest > 10 ? 34 : 40) : size;
}

/** Screen pixels for one pixel of the pictures, side by side in one line, each below its caption. */
function pixelSize(pictures, width, room, most = 14) {
  const tall = Math.max(...pictures.map(({ rows }) => rows));
  const across = (size) => pictures.reduce((sum, { columns, caption = 0 }) => sum + Math.max(columns * size, caption), 0);
  const free = width - GAP * (pictures.length - 1) - 10;
  let size = Math.min(Math.max(LEAST_PIXEL, room / tall), most);
  while (size > LEAST_PIXEL && across(size) > free) size = Math.max(LEAST_PIXEL, size - 0.02);
  return size;
}
