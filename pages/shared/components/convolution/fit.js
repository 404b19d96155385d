// The picture as large as the place that there is: cells, letters, and whether the equation stands under, beside or among the grids.

const READABLE = 34; // pixels of a cell; before cells get smaller than this, smaller letters are tried
const WIDE = 760; // pixels of width from which the equation may stand beside the grids
const WIDEST = 1200; // and from which it does, if cells are as large then
const WORTH = 1.1; // how much larger cells have to become for a layout that is less plain
const HEADER = 60; // of the page, under which the picture is not scrolled
const SMALLER = [1, 0.85, 0.72]; // parts of the largest letters

/** What can be seen of the page, without a phone's keyboard, in pixels of the style sheet. */
function seenHeight(root) {
  const seen = window.visualViewport;
  return (seen ? seen.height * seen.scale : window.innerHeight) / zoomOf(root);
}

/** In Lecture mode the smallest letters that the back row reads: 24 pixels on a screen of 1280 x 720; else 0. */
function hallLetters(root) {
  const isOn = getComputedStyle(root).getPropertyValue("--lecture").trim() === "1";
  return isOn ? Math.min(window.innerHeight, window.innerWidth * 0.5625) / 30 / zoomOf(root) : 0;
}

/** The smallest cell: its number is as large as the smallest letters. */
function leastCell(root) { return Math.max(LEAST, Math.ceil(hallLetters(root) / 0.46)); }

/** Where the picture stands: it fills the place that there is, and keeps to it when the place changes. */
class Place {
  constructor(player) {
    this.player = player;
    this.resized = () => { this.fit(); this.keepTyping(); };
    this.observer = new ResizeObserver(() => this.fit());
    player.root.addEventListener("focusin", this.resized);
  }

  /** A phone's keyboard and a lower window take height, of which the observer of the root hears nothing. */
  watch() {
    (window.visualViewport ?? window).addEventListener("resize", this.resized);
    // What comes, goes or opens above the picture makes the page around it higher
    for (let node = this.player.root; node; node = node.parentNode ?? node.host) if (node.nodeType === 1) this.observer.observe(node);
  }

  leave() {
    (window.visualViewport ?? window).removeEventListener("resize", this.resized);
    this.observer.disconnect();
  }

  /** A new picture: laid out at once. */
  fill() {
    this.fitted = null;
    this.fit();
    this.player.draw();
  }

  /** Whether cells are typed into on a phone, where the keyboard takes its part of the height. */
  isPhone() { return Boolean(this.player.model?.practice?.asked) && this.player.root.clientWidth < 640; }

  isTypedInto() { return Boolean(this.player.root.getRootNode().activeElement?.matches?.("td input")); }

  /** Who types on a phone sees the image and the kernel above the keyboard. */
  keepTyping() {
    if (this.isPhone() && this.isTypedInto()) this.player.root.scrollIntoView({ block: "start" });
  }

  /** The height for everything below the bar. Who scrolls a long way to the picture has the whole window for it. */
  room(height) {
    const { root, body, hint } = this.player;
    if (this.isPhone()) return (this.isTypedInto() ? height : 0.6 * height) - hint.offsetHeight - HEADER - 20;
    const above = (body.getBoundingClientRect().top - root.getBoundingClientRect().top) / zoomOf(root);
    return height - Math.min(topInPage(root), 0.4 * height) - above - 4;
  }

  /** Lay the picture out for the width and the height that there are. */
  fit() {
    const { root, grids, equation, under, lens } = this.player;
    const width = root.clientWidth;
    if (!width || !grids) return;
    const height = seenHeight(root);
    const hall = hallLetters(root);
    root.classList.toggle("hall", hall > 0);
    const place = { width, height, room: this.room(height), typing: this.isPhone() };
    const key = JSON.stringify(place);
    if (key === this.fitted) return;
    this.fitted = key;
    equation.replaceChildren(...longestLines(this.player));
    equation.style.minHeight = "";
    const best = bestFit(this.player, place);
    dress(root, best.text, best.layout);
    root.style.setProperty("--cell", `${best.cell}px`);
    root.style.setProperty("--pixel", `${best.pixel}px`);
    root.classList.toggle("bare", 0.29 * best.cell < hall); // too small for the weights in the cells
    // What is below does not jump from step to step
    equation.style.minHeight = `${Math.min(equation.offsetHeight + 1, 0.6 * height)}px`;
    const isLow = under.offsetHeight < 0.4 * height && !lens.children.length;
    root.classList.toggle("sticky", !best.fits && !place.typing && isLow);
    this.player.draw();
  }
}

/** The largest letters with which cells can be read; where there are none, the largest cells. */
function bestFit(player, place) {
  const { width, height, typing } = place;
  const zoom = zoomOf(player.root);
  const least = hallLetters(player.root) || 14 / zoom;
  const letters = Math.min(0.034 * height, Math.max(17 / zoom, 0.026 * width));
  const layouts = typing ? ["pair", "under"] : width >= WIDEST ? ["beside", "under", "among"]
    : width >= WIDE ? ["under", "among", "beside"] : ["under", "among"];
  let best = null;
  for (const part of SMALLER) {
    const text = Math.max(least, part * letters);
    for (const layout of layouts) {
      const found = { text, layout, ...tryOut(player, place, text, layout) };
      if (!best || isBetter(found, best)) best = found;
    }
    if (best.fits && best.size >= READABLE) break;
  }
  return best;
}

/** Nothing wider than the screen, then all of it in sight, then larger cells. */
function isBetter(found, best) {
  if (Boolean(found.isWide) !== Boolean(best.isWide)) return !found.isWide;
  return found.fits === best.fits ? found.size > WORTH * best.size : found.fits;
}

/** How large cells are with letters of this size, and whether all of it is in sight then. */
function tryOut(player, { width, room, height, typing }, text, layout) {
  const { root, body, stage, under, legend } = player;
  dress(root, text, layout);
  const beside = layout === "beside";
  const across = beside ? stage.clientWidth : width;
  const left = room - legend.offsetHeight - (layout === "under" ? under.offsetHeight + 10 : 0);
  const fitsBeside = !beside || under.offsetHeight <= room;
  const pictures = Object.values(player.grids).flat().filter((grid) => grid instanceof PixelGrid);
  if (pictures.length) {
    const sizes = pictures.map((grid) => ({
      columns: grid.width, rows: grid.height, caption: grid.node.closest("figure").querySelector("figcaption").scrollWidth,
    }));
    const pixel = pixelSize(sizes, across, left - CAPTION, 0.0175 * height);
    const tall = pixel * Math.max(...sizes.map(({ rows }) => rows));
    const fits = layout !== "among" && fitsBeside && left - CAPTION > 100;
    return { pixel, cell: 40, size: tall / 4, fits };
  }
  const figures = measure(stage);
  const most = Math.max(72, 0.12 * height);
  if (layout === "among") return { pixel: 8, ...cellsByTrying(root, body, figures, width, room, most) };
  if (typing) return { pixel: 8, ...cellsByTrying(root, stage, figures, width, left, most) };
  const cell = cellSize(figures, across, left, most, leastCell(root));
  return { pixel: 8, cell, size: cell, fits: fitsBeside && flowHeight(figures, across, cell) <= left };
}

/** The same where figures share a line with the equation or stand above each other: the browser is asked. */
function cellsByTrying(root, box, figures, width, room, most) {
  const isLow = (cell) => {
    root.style.setProperty("--cell", `${cell}px`);
    return box.offsetHeight <= room && box.scrollWidth <= box.clientWidth;
  };
  const least = leastCell(root);
  let [low, high] = [least, Math.max(least, cellSize(figures, width, Infinity, most))];
  if (!isLow(low)) return { cell: low, size: low, fits: false, isWide: box.scrollWidth > box.clientWidth };
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (isLow(middle)) low = middle;
    else high = middle - 1;
  }
  return { cell: low, size: low, fits: true };
}

function dress(root, text, layout) {
  root.style.setProperty("--text", `${text}px`);
  root.dataset.layout = layout;
}

/** The equation of the cell that needs most text: of many cells, some are looked at. */
function longestLines(player) {
  let longest = [];
  let most = -1;
  for (const stage of player.line.stages) {
    const width = stage.axes.columns.count;
    const cells = stage.axes.rows.count * width;
    for (let n = 0; n < cells; n += Math.ceil(cells / 40)) {
      const at = { stage: stage.name, index: n, row: Math.floor(n / width), column: n % width, shown: Infinity, finished: true };
      const lines = said(player.model, player.filter, at);
      const length = lines.reduce((sum, line) => sum + 20 + line.textContent.length, 0);
      if (length > most) [longest, most] = [lines, length];
    }
  }
  return longest;
}
