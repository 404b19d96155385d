// K folds as blocks: drawn anew with each poll beside a training, so only what has changed is touched.

const STILL = matchMedia("(prefers-reduced-motion: reduce)");
const MOVE = { duration: 700, easing: "ease-in-out" };

class Blocks {
  constructor(root) {
    this.root = root;
    this.list = root.querySelector("ol");
    this.mean = root.querySelector(".mean");
    this.rows = [];
  }

  show({ rows, parts, mean }) {
    if (this.rows.length !== rows.length || this.parts !== parts) this.build(rows, parts);
    rows.forEach((row, i) => this.fill(this.rows[i], row, i));
    this.mean.hidden = !mean;
    if (mean) {
      put(this.mean.querySelector("span"), mean.told);
      put(this.mean.querySelector("b"), mean.value);
    }
  }

  build(rows, parts) {
    this.parts = parts;
    this.root.style.setProperty("--rows", rows.length);
    this.rows = rows.map((row) => {
      const item = document.createElement("li");
      const [name, blocks, told, said] = ["span", "span", "span", "span"].map((tag) => document.createElement(tag));
      [name.className, blocks.className, told.className, said.className] = ["name", "parts", "told", "said"];
      for (const seen of [name, blocks, told]) seen.setAttribute("aria-hidden", "true"); // read as one sentence
      for (let part = 0; part < parts; part++) {
        const block = document.createElement("i");
        block.textContent = part + 1;
        if (part === row.held) block.className = "held";
        blocks.append(block);
      }
      told.append(document.createElement("b"), document.createElement("span"));
      item.style.setProperty("--colour", row.colour);
      item.append(name, blocks, told, said);
      return { item, name, told, said, held: blocks.querySelector(".held"), state: "" };
    });
    this.list.replaceChildren(...this.rows.map((row) => row.item));
  }

  fill(drawn, row, i) {
    put(drawn.name, row.name);
    put(drawn.said, row.said);
    put(drawn.told.firstChild, row.value);
    put(drawn.told.lastChild, row.note);
    if (drawn.told.title !== row.title) drawn.told.title = row.title;
    if (drawn.state === row.state) return;
    // The held-out part comes down the diagonal, from where it was in the row above
    if (drawn.state && row.state === "trains" && i && !STILL.matches) {
      const above = this.rows[i - 1];
      const across = above.held.offsetLeft - drawn.held.offsetLeft, up = above.item.offsetTop - drawn.item.offsetTop;
      drawn.held.animate([{ transform: `translate(${across}px, ${up}px)` }, { transform: "none" }], MOVE);
    }
    drawn.state = row.state;
    drawn.item.className = row.state;
  }
}

function put(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
