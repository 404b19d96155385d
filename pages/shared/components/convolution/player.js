// The moving picture of Question 2: image, kernel, maps and pooling, one step at a time.
// Everything that moves, moves here; Python is asked only when somebody edits a cell or answers one.

const PAUSE = 500; // milliseconds after an edit until the rest of the page follows
class Player {
  constructor(root) {
    this.root = root;
    for (const part of ["bar", "problem", "hint", "asking", "body", "stage", "legend", "under", "lens", "equation"]) this[part] = root.querySelector(`.${part}`);
    this.frame = 0;
    this.deep = false;
    this.speed = 2;
    this.filter = 0;
    this.whole = false;
    this.started = null;
    this.typed = new Outbox((event, items) => this.send(event, items));
    root.addEventListener("keydown", (event) => this.key(event));
    this.place = new Place(this);
    this.nextCell = new NextCell(this, this.asking);
    buildBar(this);
  }

  /** New data from Python; the step, the speed and the depth stay. */
  show(data, send) {
    this.send = send;
    this.place.watch();
    const text = JSON.stringify(data);
    if (text === this.text) return;
    this.text = text;
    const numbers = (spec) => (spec ? new Numbers(spec) : null);
    const seen = this.seen;
    this.seen = data.seen;
    this.typed.confirm(data.seen);
    this.model = { ...data, image: numbers(data.image), sums: numbers(data.sums),
                   active: numbers(data.active), pooled: numbers(data.pooled) };
    this.nextCell.show(this.model, JSON.stringify([data.image, data.kernel, data.bias, data.activation, data.axes, data.pool]));
    this.root.classList.toggle("practice", Boolean(data.practice));
    this.filter = Math.min(this.filter, data.kernel.length - 1);
    this.filters.replaceChildren(...data.kernel.map((_, f) => element("option", { value: f, selected: f === this.filter }, say("filter {n} of {n_all}", { n: f + 1, n_all: data.kernel.length }))));
    this.filterLabel.hidden = data.kernel.length < 2;
    this.wholeLabel.hidden = Boolean(data.practice) || this.model.image.large;
    this.line = timeline(this.model, this.deep);
    const moved = data.start && data.start.id !== this.started;
    const first = this.started === null;
    if (moved) {
      this.started = data.start.id;
      this.frame = frameOf(this.line, data.start.stage, data.start.row, data.start.column);
      this.pause();
    }
    const shape = `${data.image.shape}`; // another image, another place to begin; an edited one stays where it is
    if (!moved && shape !== this.shape && !data.practice) this.frame = tellingFrame(this.model, this.line);
    this.shape = shape;
    if (first) this.started = data.start?.id ?? 0;
    this.build();
    if (moved && !first && !data.practice) this.root.scrollIntoView({ block: "start" });
    // The edited picture stands; the rest of the page may follow when the person pauses
    if (seen !== undefined && seen !== data.seen && !data.practice) {
      clearTimeout(this.following);
      this.following = setTimeout(() => this.send("redrawn", data.seen), PAUSE);
    }
    // After an answer the next cell is ready to type in; the first is not, as that would scroll the page
    if (moved && !first && this.model.practice) this.root.querySelector(`[data-place="${data.start.row},${data.start.column}"]`)?.focus();
  }

  setDeep(deep) {
    const at = locate(this.line, this.frame);
    this.deep = deep;
    this.line = timeline(this.model, deep);
    if (at) this.frame = frameOf(this.line, at.stage, at.row, at.column);
    this.draw();
  }

  // Building -------------------------------------------------------------------------------------

  build() {
    const { model } = this;
    const typing = this.root.getRootNode().activeElement?.closest?.("td input");
    if (typing) typing.replaced = true; // what is half typed is no answer when the browser takes the cell away
    this.grids = { image: [], kernel: [], sums: [], active: [], pooled: [] };
    const { stage, lens } = this;
    stage.replaceChildren();
    lens.replaceChildren();
    const border = model.axes && { top: model.axes.rows.before, bottom: model.axes.rows.after,
                                   left: model.axes.columns.before, right: model.axes.columns.after };
    this.addImage(stage, border);
    if (!model.hideKernel) this.addKernel(model.image.large ? lens : stage);
    const style = getComputedStyle(this.root);
    this.colours = ["--negative", "--positive", "--paper"].map((name) => rgb(style.getPropertyValue(name)));
    const activation = ACTIVATIONS[model.activation];
    // In an exercise the sums stay hidden: they are half of the answer
    const maps = Boolean(model.sums) && !model.practice;
    if (maps) this.addMap(stage, "sums", activation ? say("Sum") : say("Activation map"), "convolution");
    if (model.active && (activation || !maps)) this.addMap(stage, "active", activation ? say("After {activation}", { activation: activation.name }) : say("Activation map"), "convolution");
    if (model.pooled) this.addMap(stage, "pooled", model.pool.kind === "max" ? say("Max-pooled") : say("Average-pooled"), "pooling");
    this.complain();
    this.place.fill();
    if (typing) this.restore(typing);
  }

  /** Somebody who types on while an answer arrives keeps the place and the text. */
  restore(old) {
    const input = [...this.root.querySelectorAll("td input")].find((i) => i.getAttribute("aria-label") === old.getAttribute("aria-label"));
    if (!input) return;
    input.focus();
    if (old.value === old.defaultValue) return;
    input.value = old.value;
    input.setSelectionRange(old.selectionStart, old.selectionEnd);
  }

  figure(parent, title, size, ...content) {
    const caption = element("figcaption", {}, element("strong", {}, title), element("small", {}, size));
    parent.append(element("figure", {}, caption, ...content));
  }

  addImage(stage, border) {
    const { image, axes, editable, channelNames } = this.model;
    const size = `${image.channels > 1 ? `${image.channels} × ` : ""}${image.rows} × ${image.columns}${axes && Math.max(...Object.values(border)) ? ` + ${say("padding")}` : ""}`;
    const hover = { point: (r, c, pressed) => this.pointImage(r, c, pressed), leave: () => this.draw() };
    if (image.large) {
      const grid = new PixelGrid({ title: say("Image"), source: image, border, largest: 0, point: (r, c) => this.pointImage(r, c, true) });
      this.grids.image.push(grid);
      return this.figure(stage, say("Image"), size, grid.node);
    }
    for (let channel = 0; channel < image.channels; channel++) {
      this.grids.image.push(new CellGrid({
        title: say("Image"), label: image.channels > 1 ? `${say("Image")}, ${channelNames[channel]}` : say("Image"), values: image.grid(channel), border,
        largest: image.largest(), wrong: this.wrongIn("image", [channel]), ...hover,
        edit: editable && ((r, c, text) => this.typed.submit("edited", { grid: "image", place: [channel, r, c], text })),
      }));
    }
    return this.figure(stage, this.model.imageTitle ?? say("Image"), size, this.named(this.grids.image));
  }

  addKernel(parent) {
    const { kernel, bias, editableKernel } = this.model;
    const f = this.filter;
    const largest = largestOf(kernel.flat());
    kernel[f].forEach((weights, channel) => {
      this.grids.kernel.push(new CellGrid({
        title: say("Kernel"), label: kernel[f].length > 1 ? `${say("Kernel")}, ${this.model.channelNames[channel]}` : say("Kernel"), values: weights, largest,
        wrong: this.wrongIn("kernel", [f, channel]), point: (r, c) => this.pointWeight(r, c, channel), leave: () => this.draw(),
        edit: editableKernel && ((r, c, text) => this.typed.submit("edited", { grid: "kernel", place: [f, channel, r, c], text })),
      }));
    });
    const wrong = this.wrongIn("bias", []);
    const field = new CellGrid({
      title: say("Bias"), values: [[bias[f]]], largest, wrong: wrong?.column === f ? { ...wrong, row: 0, column: 0 } : null,
      edit: editableKernel && ((r, c, text) => this.typed.submit("edited", { grid: "bias", place: [f], text })),
    });
    const title = kernel.length > 1 ? say("Kernel of filter {n}", { n: f + 1 }) : say("Kernel");
    this.figure(parent, title, weightsSize(kernel[f]), this.named(this.grids.kernel),
      element("div", { class: "bias" }, element("small", {}, say("+ bias")), field.node));
    this.grids.bias = [field];
  }

  named(grids) {
    const nodes = grids.map((grid, c) => element("div", {}, grids.length > 1 ? element("small", {}, this.model.channelNames[c]) : "", grid.node));
    return element("div", { class: "grids" }, ...nodes);
  }

  addMap(stage, name, title, stageName) {
    const map = this.model[name];
    const largest = (name === "pooled" && this.model.active ? this.model.active : map).largest();
    const point = (r, c) => this.go(frameOf(this.line, stageName, r, c));
    const { practice } = this.model;
    const asked = practice && practice.asked === name;
    const options = { title, point: asked ? undefined : point, largest };
    let grid;
    if (map.large || this.model.image.large) {
      const source = { rows: map.rows, columns: map.columns, channels: 1, at: (_, r, c) => map.at(this.filter, r, c) };
      // A kernel whose weights add up to something copies the picture, brighter or blurred: grey, as the picture is.
      // One that adds up to nothing finds differences: blue and orange around zero, the largest hundredth saturated.
      const gain = this.model.kernel[this.filter].flat(2).reduce((a, b) => a + b, 0);
      if (gain > 0.01) grid = new PixelGrid({ ...options, largest: 0, source: { ...source, at: (_, r, c) => source.at(0, r, c) / gain } });
      else grid = new PixelGrid({ ...options, largest: most(map.flat, 0.99, Math.ceil(map.flat.length / 20000)), source, colours: this.colours });
    } else {
      grid = new CellGrid({
        ...options, values: map.grid(this.filter),
        status: asked ? (r, c) => practice.cells[r][c] : undefined,
        focus: (r, c) => this.go(frameOf(this.line, stageName, r, c)),
        edit: asked && ((row, column, text) => this.typed.submit("answered", { row, column, text })),
      });
    }
    this.grids[name].push(grid);
    this.figure(stage, title, `${map.channels > 1 ? `${map.channels} × ` : ""}${map.rows} × ${map.columns}`, grid.node);
  }

  wrongIn(grid, place) {
    const { problem } = this.model;
    if (!problem || problem.grid !== grid || !place.every((n, k) => problem.place[k] === n)) return null;
    return { row: problem.place.at(-2), column: problem.place.at(-1), text: problem.text };
  }

  complain() {
    const box = this.problem;
    const sentences = [this.model.problem?.sentence, this.model.impossible].filter(Boolean);
    box.replaceChildren(...sentences.map((s) => element("p", {}, s)));
    box.hidden = !sentences.length;
    this.hint.textContent = this.model.hint ?? "";
  }

  // Moving ---------------------------------------------------------------------------------------

  go(frame) {
    this.frame = Math.max(0, Math.min(this.line.length - 1, frame));
    this.draw();
  }

  toggle() { if (this.timer) this.pause(); else this.play(); }

  play() {
    if (this.frame >= this.line.length - 1) this.frame = -1;
    const next = () => {
      this.go(this.frame + 1);
      if (this.frame >= this.line.length - 1 || this.nextCell.waits(locate(this.line, this.frame))) return this.pause();
      this.timer = setTimeout(next, 1000 / this.speed);
    };
    this.timer = setTimeout(next, 0);
    setIcon(this.playButton, "pause", say("Pause (space)"));
  }

  pause() {
    clearTimeout(this.timer);
    this.timer = null;
    setIcon(this.playButton, "play", say("Play (space)"));
  }

  leave() {
    this.pause();
    this.place.leave();
    clearTimeout(this.following);
  }

  key(event) {
    if (event.target.matches("input[type=text], select")) return;
    if (event.target === this.slider && event.key !== " ") return;
    const at = locate(this.line, this.frame);
    const rows = (n) => frameOf(this.line, at.stage, at.row + n, at.column);
    const moves = { ArrowLeft: () => this.go(this.frame - 1), ArrowRight: () => this.go(this.frame + 1),
                    ArrowUp: () => at?.row > 0 && this.go(rows(-1)),
                    ArrowDown: () => at && at.row + 1 < this.axesOf(at.stage).rows.count && this.go(rows(1)),
                    Home: () => this.go(0), End: () => this.go(this.line.length - 1), " ": () => this.toggle() };
    if (!moves[event.key] || (event.key === " " && event.target.matches("button, input[type=checkbox]"))) return;
    event.preventDefault();
    moves[event.key]();
  }

  axesOf(stage) { return stage === "convolution" ? this.model.axes : this.model.pool.axes; }

  /** Pointing at a pixel shows which outputs use it; pointing at a large picture moves the window there. */
  pointImage(row, column, pressed) {
    const { axes, image } = this.model;
    if (!this.line.length) return;
    if (image.large) {
      return this.go(frameOf(this.line, "convolution", windowAround(axes.rows, row), windowAround(axes.columns, column)));
    }
    if (!axes || pressed || this.model.practice) return;
    this.draw();
    for (const r of windowsOver(axes.rows, row)) {
      for (const c of windowsOver(axes.columns, column)) {
        for (const grid of [...this.grids.sums, ...this.grids.active]) grid.mark(r, c, "used");
      }
    }
  }

  pointWeight(i, j, channel) {
    if (!this.line.length || this.model.practice) return;
    this.draw();
    const { rows, columns } = this.model.axes;
    const grid = this.grids.image[channel];
    for (let r = 0; r < rows.count; r++) {
      for (let c = 0; c < columns.count; c++) {
        grid?.mark(r * rows.stride - rows.before + i * rows.dilation, c * columns.stride - columns.before + j * columns.dilation, "used");
      }
    }
  }

  // Drawing --------------------------------------------------------------------------------------

  draw() {
    for (const grid of Object.values(this.grids).flat()) grid.clear();
    const { equation } = this, at = locate(this.line, this.frame);
    this.slider.max = Math.max(0, this.line.length - 1);
    this.slider.value = this.frame;
    this.slider.disabled = !at;
    this.nextCell.draw(at);
    if (!at) {
      this.count.textContent = "";
      equation.replaceChildren();
      return;
    }
    this.count.textContent = `${this.frame + 1} / ${this.line.length}`;
    this.slider.setAttribute("aria-valuetext", whereIs(this.model, at));
    if (at.stage === "convolution") this.drawConvolution(at);
    else this.drawPooling(at);
    equation.replaceChildren(...said(this.model, this.filter, at));
  }

  /** Until which cell each map is filled. */
  fill(at) {
    const convolved = at.stage === "convolution" ? at.index + (at.finished ? 1 : 0) : Infinity;
    const pooled = at.stage === "pooling" ? at.index + (at.finished ? 1 : 0) : 0;
    const all = this.whole || this.model.practice;
    for (const grid of [...this.grids.sums, ...this.grids.active]) grid.reveal(all ? Infinity : convolved);
    for (const grid of this.grids.pooled) grid.reveal(all ? Infinity : pooled);
  }

  drawConvolution(at) {
    const { model, filter } = this;
    const terms = convolutionTerms(model, filter, at.row, at.column);
    const { rows, columns } = model.axes;
    if (model.image.large) this.drawLens(terms, at);
    terms.slice(0, model.practice ? terms.length : undefined).forEach((t, k) => {
      const now = !at.finished && k === at.shown - 1;
      this.grids.image[t.channel]?.mark(t.row, t.column, now ? "window now" : "window", model.image.large ? undefined : t.weight);
      if (now) this.grids.kernel[t.channel]?.mark(t.i, t.j, "now");
    });
    for (const grid of this.grids.image) {
      grid.markWindow(at.row * rows.stride - rows.before, at.column * columns.stride - columns.before,
                      rows.dilation * (rows.window - 1) + 1, columns.dilation * (columns.window - 1) + 1);
    }
    this.markOutput([...this.grids.sums, ...this.grids.active], at);
    this.fill(at);
  }

  drawPooling(at) {
    const { model, filter } = this;
    const cells = pooledCells(model.pool.axes, at.row, at.column);
    const values = pooledValues(model, this.filter, at);
    const known = model.pooled.at(filter, at.row, at.column) ?? null;
    const first = values.indexOf(Math.max(...values));
    const grids = this.grids.active.length ? this.grids.active : this.grids.sums.length ? this.grids.sums : this.grids.image;
    cells.forEach((cell, k) => {
      const now = !at.finished && k === at.shown - 1;
      const largest = model.pool.kind === "max" && at.finished && k === first && known !== null;
      for (const grid of grids) grid.mark(cell.row, cell.column, `window${now ? " now" : ""}${largest ? " largest" : ""}`);
    });
    for (const grid of grids) {
      const last = cells.at(-1);
      grid.markWindow(cells[0].row, cells[0].column, last.row - cells[0].row + 1, last.column - cells[0].column + 1);
    }
    this.markOutput(this.grids.pooled, at);
    this.fill(at);
    if (model.image.large) this.lens.querySelector(".under-window")?.replaceChildren();
  }

  markOutput(grids, at) {
    for (const grid of grids) {
      grid.mark(at.row, at.column, "now");
      grid.markWindow(at.row, at.column, 1, 1);
    }
  }

  /** The pixels under the window, large enough to read. */
  drawLens(terms, at) {
    const { lens } = this;
    let box = lens.querySelector(".under-window");
    if (!box) {
      box = element("div", { class: "under-window" });
      lens.prepend(element("figure", {}, element("figcaption", {}, element("strong", {}, say("Under the window"))), box));
    }
    const { rows, columns } = this.model.axes;
    const perChannel = rows.window * columns.window;
    const channels = Array.from({ length: this.model.image.channels }, (_, channel) => {
      const mine = terms.slice(channel * perChannel, (channel + 1) * perChannel);
      const values = Array.from({ length: rows.window }, (_, i) => mine.slice(i * columns.window, (i + 1) * columns.window).map((t) => t.pixel));
      const grid = new CellGrid({ title: say("Under the window"), label: `${say("Under the window")}, ${this.model.channelNames[channel]}`, values, largest: 255 * 2 });
      mine.forEach((t, k) => grid.mark(t.i, t.j, !at.finished && channel * perChannel + k === at.shown - 1 ? "window now" : "window", t.weight));
      return grid;
    });
    box.replaceChildren(this.named(channels));
  }
}

const players = new WeakMap();

export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".lab");
  if (!players.has(root)) players.set(root, new Player(root));
  players.get(root).show(data, setTriggerValue);
  return () => players.get(root)?.leave();
}
