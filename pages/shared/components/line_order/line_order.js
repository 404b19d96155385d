// Lines of code that are put in order: dragged by mouse or finger, or moved by keys. Only the order goes to Python, as numbers.

const EDGE = 70, SCROLL = 14; // pixels from the screen's edge at which a drag scrolls, and by how much at each move

/** How deep each line is indented at its place: as core/exercises/loop_order.py has it. */
function depthsOf(lines) {
  let depth = 0;
  return lines.map(({ opens, closes }) => {
    depth = Math.max(0, depth - (closes ? 1 : 0));
    const here = depth;
    depth += opens ? 1 : 0;
    return here;
  });
}

class LineOrder {
  constructor(root) {
    this.root = root;
    for (const part of ["how", "up", "down", "live"]) this[part] = root.querySelector(`.${part}`);
    this.list = root.querySelector("ol");
    this.sent = 0; // when the last order was sent
    this.how.textContent = say("Drag a line, or choose it and press ↑ or ↓.");
    this.up.setAttribute("aria-label", say("Move the chosen line up"));
    this.down.setAttribute("aria-label", say("Move the chosen line down"));
    this.up.onclick = () => this.move(-1);
    this.down.onclick = () => this.move(1);
  }

  show(data, send) {
    this.send = send;
    this.data = data;
    if (!this.rows) this.build();
    // What Python says is older than what is seen until it has seen the last order that was sent
    if (data.seen >= this.sent && data.order.join() !== this.order().join()) { // another shuffle, another link, Back
      data.order.forEach((number) => this.list.append(this.rows[number]));
      this.choose(null);
    }
    this.mark();
  }

  build() {
    this.list.setAttribute("aria-label", this.data.label);
    this.rows = this.data.lines.map((line, number) => {
      const row = document.createElement("li");
      row.number = number;
      row.classList.toggle("ends", line.closes);
      const handle = document.createElement("span");
      handle.className = "handle";
      handle.setAttribute("aria-hidden", "true");
      handle.textContent = "⠿";
      const button = document.createElement("button");
      button.type = "button";
      button.className = "line";
      const place = document.createElement("span");
      place.className = "no";
      const code = document.createElement("code");
      code.textContent = line.text;
      button.append(place, code);
      row.append(handle, button);
      button.addEventListener("focus", () => this.choose(row));
      button.addEventListener("click", () => this.choose(row));
      button.addEventListener("keydown", (event) => {
        const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
        if (!by || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        event.stopPropagation();
        this.move(by);
      });
      row.addEventListener("pointerdown", (event) => this.grasp(row, event));
      return row;
    });
    this.data.order.forEach((number) => this.list.append(this.rows[number]));
  }

  order() { return [...this.list.children].map((row) => row.number); }

  choose(row) {
    this.chosen = row;
    for (const each of this.rows) each.classList.toggle("chosen", each === row);
    this.mark();
  }

  /** The chosen line one place up or down; the others go past it, so that it keeps the focus. */
  move(by) {
    if (!this.chosen) return;
    const beside = by < 0 ? this.chosen.previousElementSibling : this.chosen.nextElementSibling;
    if (!beside) return;
    if (by < 0) this.chosen.after(beside);
    else this.chosen.before(beside);
    this.changed(this.chosen);
  }

  /** A mouse drags a line by all of it, a finger by its handle: elsewhere it scrolls the page. */
  grasp(row, event) {
    if (event.button !== 0 || (event.pointerType === "touch" && !event.target.closest(".handle"))) return;
    if (event.target.closest(".handle")) event.preventDefault(); // no text is marked
    const before = this.order().join();
    this.choose(row);
    const drag = (moved) => {
      if (moved.pointerId !== event.pointerId) return;
      row.classList.add("dragged");
      this.scroll(moved.clientY);
      const others = [...this.list.children].filter((each) => each !== row);
      const middle = (each) => { const box = each.getBoundingClientRect(); return box.top + box.height / 2; };
      for (const each of others) {
        const isAbove = Boolean(each.compareDocumentPosition(row) & Node.DOCUMENT_POSITION_FOLLOWING);
        if (isAbove && moved.clientY < middle(each)) { // all from here to the line go below it
          let last = row;
          for (let go = each; go !== row;) { const next = go.nextElementSibling; last.after(go); last = go; go = next; }
          break;
        }
        if (!isAbove && moved.clientY > middle(each)) row.before(each);
      }
      this.mark();
    };
    const drop = (ended) => {
      if (ended.pointerId !== event.pointerId) return;
      for (const [kind, listener] of [["pointermove", drag], ["pointerup", drop], ["pointercancel", drop]]) {
        window.removeEventListener(kind, listener);
      }
      row.classList.remove("dragged");
      if (this.order().join() !== before) this.changed(row);
    };
    window.addEventListener("pointermove", drag);
    window.addEventListener("pointerup", drop);
    window.addEventListener("pointercancel", drop);
  }

  /** At the upper and lower edge of the screen a drag takes the page along. */
  scroll(y) {
    const by = y < EDGE ? -SCROLL : y > window.innerHeight - EDGE ? SCROLL : 0;
    for (let node = this.root; by && node; node = node.parentNode ?? node.host) {
      if (node.nodeType === 1 && node.scrollHeight > node.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(node).overflowY)) {
        node.scrollTop += by;
        return;
      }
    }
  }

  changed(row) {
    const order = this.order();
    this.mark();
    this.live.textContent = say("{text}: now line {n} of {all}", {
      text: this.data.lines[row.number].text, n: order.indexOf(row.number) + 1, all: order.length,
    });
    // As a state, which every later message holds again: of two events that meet on their way one can be lost
    this.sent = performance.now();
    this.send("moved", { order, at: this.sent });
  }

  /** Numbers, indentation, and the line at which Python stopped, as long as the order is the one that was run. */
  mark() {
    const order = this.order(), depths = depthsOf(order.map((number) => this.data.lines[number]));
    const raised = this.data.ran && order.join() === this.data.ran.join() ? this.data.raised : null;
    order.forEach((number, place) => {
      const row = this.rows[number], stopped = place === raised;
      row.style.setProperty("--depth", depths[place]);
      row.querySelector(".no").textContent = place + 1;
      row.classList.toggle("raised", stopped);
      const name = say("line {n} of {all}, depth {depth}: {text}", {
        n: place + 1, all: order.length, depth: depths[place], text: this.data.lines[number].text,
      });
      row.querySelector(".line").setAttribute("aria-label", stopped ? `${name}. ${say("Python stopped here.")}` : name);
    });
    const at = this.chosen ? order.indexOf(this.chosen.number) : -1;
    this.up.disabled = at < 1;
    this.down.disabled = at < 0 || at === order.length - 1;
  }
}

const lists = new WeakMap();

export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector(".line_order");
  if (!lists.has(root)) {
    lists.set(root, new LineOrder(root));
    followLecture(root, root.querySelector("ol"));
  }
  lists.get(root).show(data, setStateValue);
}
