// How large cells and pixels are drawn: as large as the screen allows.

const GAP = 28; // pixels between figures, as in the style sheet
const CAPTION = 30;

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

/** Cells as large as the width and the room allow, but not below reading size as long as the width allows that. */
function cellSize(figures, width, room) {
  const tables = figures.flatMap((figure) => figure.tables);
  const widest = Math.max(1, ...tables.map(([columns]) => columns));
  const tallest = Math.max(1, ...tables.map(([, rows]) => rows));
  const least = width < 480 || tallest > 10 ? 34 : 40;
  let size = Math.min(72, Math.floor(width / widest) - 2);
  while (size > least && flowHeight(figures, width, size) > room) size -= 1;
  return Math.max(26, size);
}

/** Screen pixels for one pixel of the pictures, side by side in one line. */
function pixelSize(pictures, width, room) {
  const across = pictures.reduce((sum, { columns }) => sum + columns, 0);
  const tall = Math.max(...pictures.map(({ rows }) => rows));
  return Math.min((width - GAP * (pictures.length - 1) - 10) / across, Math.max(1, room / tall), 14);
}
