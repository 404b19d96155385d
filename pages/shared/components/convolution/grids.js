// Grids of numbers: as cells that can be read and edited, or, where cells would be too small, as pixels.

/** Zero is the background; the sign decides the hue and the size how much of it. Up to 58 % keeps text readable. */
function shade(x, largest) {
  if (x === null || !largest) return "transparent";
  const part = Math.round(58 * Math.min(1, Math.abs(x) / largest));
  return `color-mix(in srgb, var(${x < 0 ? "--negative" : "--positive"}) ${part}%, var(--paper))`;
}

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

let pointer = "";

/** Whether the pointer moved: when the page moves under a resting pointer, the browser reports that as well. */
function hasMoved(event) {
  const place = `${event.clientX},${event.clientY}`;
  const moved = place !== pointer;
  pointer = place;
  return moved;
}

/**
 * A table of cells. `border` = {before, after} for rows and columns draws that many cells of padding around.
 * options: title, values (rows of numbers, null = unknown), border, largest, edit(row, column, text), label,
 *          point(row, column), wrong {row, column, text}, status(row, column), pixelRow
 */
class CellGrid {
  constructor(options) {
    this.options = options;
    this.marked = [];
    const rows = options.values.length;
    const columns = options.values[0].length;
    const border = options.border ?? { top: 0, bottom: 0, left: 0, right: 0 };
    this.cells = new Map();
    const body = element("tbody");
    for (let r = -border.top; r < rows + border.bottom; r++) {
      const line = element("tr");
      for (let c = -border.left; c < columns + border.right; c++) {
        const inside = r >= 0 && r < rows && c >= 0 && c < columns;
        const cell = inside ? this.inner(r, c) : element("td", { class: "padding" }, element("b", {}, "0"));
        cell.place = [r, c];
        this.cells.set(`${r},${c}`, cell);
        line.append(cell);
      }
      body.append(line);
    }
    const table = element("table", { "aria-label": options.label ?? options.title }, body);
    this.node = element("div", { class: "scroll" }, table);
    this.columns = columns + border.left + border.right;
    this.rows = rows + border.top + border.bottom;
    if (options.point) {
      table.addEventListener("pointermove", (event) => hasMoved(event) && this.reach(event, false));
      table.addEventListener("pointerdown", (event) => this.reach(event, true));
    }
    table.addEventListener("pointerleave", () => {
      this.pointed = null;
      options.leave?.();
    });
  }

  /** Tell where the pointer is, once for each cell that it enters. */
  reach(event, pressed) {
    const place = event.target.closest("td")?.place;
    if (!place || (place === this.pointed && !pressed)) return;
    this.pointed = place;
    this.options.point(...place, pressed);
  }

  inner(r, c) {
    const { values, edit, wrong, largest, label, title, status } = this.options;
    const value = values[r][c];
    const state = status?.(r, c);
    const cell = element("td", { class: state ? `answer ${state.name}` : "" });
    cell.style.background = shade(value, largest);
    const isWrong = wrong && wrong.row === r && wrong.column === c;
    if (edit && (!state || state.open)) {
      const text = isWrong ? wrong.text : state ? state.text : format(value);
      const input = element("input", {
        type: "text", value: text, inputmode: "text", autocomplete: "off", spellcheck: "false",
        "aria-label": `${label ?? title}, ${say("row {row}, column {column}", { row: r + 1, column: c + 1 })}`,
        "data-place": status ? `${r},${c}` : null,
        "aria-invalid": isWrong || state?.name === "wrong" ? "true" : null,
        onfocus: () => { input.select(); this.options.focus?.(r, c); },
        // Not "change": the browser fires none for a text that was carried over from a replaced cell
        onblur: () => {
          if (input.replaced || input.value === (input.sent ?? input.defaultValue)) return;
          input.sent = input.value;
          edit(r, c, input.value);
        },
        onkeydown: (event) => this.walk(event, r, c),
      });
      input.style.setProperty("--length", Math.max(2, text.length));
      if (isWrong) cell.classList.add("wrong");
      cell.append(input);
    } else {
      const text = state?.text ?? format(value);
      const number = element("b", {}, text);
      number.style.setProperty("--length", Math.max(2, text.length));
      cell.append(number);
    }
    if (state?.sign) cell.append(element("i", { class: "sign", "aria-label": say(state.name) }, state.sign));
    return cell;
  }

  /** Enter and the arrow keys go from cell to cell; left and right only from the end of the text. */
  walk(event, r, c) {
    const input = event.target;
    if (event.key === "Enter" && this.options.status) return input.blur(); // the answer decides where to go next
    const atStart = input.selectionEnd === 0 || input.selectionStart !== input.selectionEnd;
    const atEnd = input.selectionStart === input.value.length || input.selectionStart !== input.selectionEnd;
    const [dr, dc] = { Enter: [1, 0], ArrowDown: [1, 0], ArrowUp: [-1, 0],
                       ArrowLeft: atStart ? [0, -1] : [0, 0], ArrowRight: atEnd ? [0, 1] : [0, 0] }[event.key] ?? [0, 0];
    if (event.key === "Escape") input.value = input.defaultValue;
    if (!dr && !dc) return;
    event.preventDefault();
    const next = this.cells.get(`${r + dr},${c + dc}`)?.querySelector("input");
    if (next) next.focus();
    else if (event.key === "Enter") input.blur();
  }

  clear() {
    for (const cell of this.marked) {
      cell.classList.remove("window", "now", "used", "largest", "bet");
      cell.querySelector(".weight")?.remove();
    }
    this.marked = [];
  }

  /** Mark one cell: as part of the window, as the current one, or as used by a pixel; with a weight laid over it. */
  mark(row, column, kind, weight) {
    const cell = this.cells.get(`${row},${column}`);
    if (!cell) return;
    cell.classList.add(...kind.split(" "));
    if (weight !== undefined) {
      const text = `×${format(weight)}`;
      cell.append(element("span", { class: "weight", "aria-hidden": "true", style: `--length: ${text.length}` }, text));
    }
    this.marked.push(cell);
  }

  markWindow() {} // the marked cells show the window themselves

  /** Cells from `from` on are still to come: their numbers are hidden. */
  reveal(until) {
    const width = this.options.values[0].length;
    for (const cell of this.cells.values()) {
      cell.classList.toggle("future", cell.place[0] * width + cell.place[1] >= until);
    }
  }
}

/**
 * A picture, one pixel a cell, drawn on a canvas; windows are outlines above it.
 * options: title, source {rows, columns, channels, at(c, r, col)}, border, largest (0: a photograph), point, label
 */
class PixelGrid {
  constructor(options) {
    this.options = options;
    const { source } = options;
    const border = options.border ?? { top: 0, bottom: 0, left: 0, right: 0 };
    this.border = border;
    this.width = source.columns + border.left + border.right;
    this.height = source.rows + border.top + border.bottom;
    const canvas = element("canvas", {
      width: this.width, height: this.height, role: "img",
      "aria-label": `${options.label ?? options.title}, ${say("{rows} rows, {columns} columns", { rows: source.rows, columns: source.columns })}`,
    });
    this.outline = element("div", { class: "outline" });
    this.node = element("div", { class: "pixels" }, canvas, this.outline);
    this.node.style.setProperty("--ratio", this.width / this.height);
    this.node.style.setProperty("--across", this.width);
    this.draw(canvas);
    if (options.point) {
      const reach = (event, pressed) => {
        const box = canvas.getBoundingClientRect();
        const c = Math.floor(((event.clientX - box.left) / box.width) * this.width) - border.left;
        const r = Math.floor(((event.clientY - box.top) / box.height) * this.height) - border.top;
        options.point(Math.max(0, Math.min(source.rows - 1, r)), Math.max(0, Math.min(source.columns - 1, c)), pressed);
      };
      canvas.addEventListener("pointermove", (event) => hasMoved(event) && reach(event, false));
      canvas.addEventListener("pointerdown", (event) => reach(event, true));
    }
  }

  draw(canvas) {
    const { source, largest } = this.options;
    const context = canvas.getContext("2d");
    const picture = context.createImageData(this.width, this.height);
    const [negative, positive, paper] = this.options.colours ?? [];
    for (let r = 0; r < source.rows; r++) {
      for (let c = 0; c < source.columns; c++) {
        const k = 4 * ((r + this.border.top) * this.width + c + this.border.left);
        const x = source.at(0, r, c);
        const part = largest ? Math.min(1, Math.abs(x) / largest) : 0;
        for (let i = 0; i < 3; i++) {
          picture.data[k + i] = largest
            ? paper[i] + part * ((x < 0 ? negative : positive)[i] - paper[i])
            : source.at(source.channels === 3 ? i : 0, r, c);
        }
        picture.data[k + 3] = 255;
      }
    }
    context.putImageData(picture, 0, 0);
  }

  clear() { this.outline.style.display = "none"; }

  mark() {} // single pixels are too small to mark

  markWindow(top, left, height, width) {
    Object.assign(this.outline.style, {
      display: "block",
      left: `${((left + this.border.left) / this.width) * 100}%`, width: `${(width / this.width) * 100}%`,
      top: `${((top + this.border.top) / this.height) * 100}%`, height: `${(height / this.height) * 100}%`,
    });
  }

  reveal() {} // a picture is shown as a whole
}
