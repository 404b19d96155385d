// Two programs side by side: pointing at a line of one marks what does the same in the other, and a note says how.

class Lines {
  constructor(root) {
    this.root = root;
    this.sections = [...root.querySelectorAll("section")];
    this.note = root.querySelector(".note");
    this.pinned = null;
    const groupOf = (event) => event.target.closest("li")?.dataset.group ?? null;
    root.addEventListener("pointerover", (event) => { const group = groupOf(event); if (group) this.light(group); });
    root.addEventListener("pointerleave", () => this.light(this.pinned));
    root.addEventListener("focusin", (event) => { const group = groupOf(event); if (group) this.light(group); });
    root.addEventListener("click", (event) => { this.pinned = groupOf(event); this.light(this.pinned); });
  }

  show(data) {
    const text = JSON.stringify(data);
    if (text === this.text) return;
    this.text = text;
    this.data = data;
    data.sides.forEach((side, i) => {
      const [title, list] = this.sections[i].children, seen = new Set();
      title.textContent = side.title;
      list.setAttribute("aria-label", side.title);
      list.replaceChildren(...side.lines.map(([code, group]) => {
        const item = document.createElement("li");
        item.textContent = code || " ";
        if (group) {
          item.dataset.group = group;
          if (!seen.has(group)) item.tabIndex = 0; // one stop a group on each side
          seen.add(group);
        }
        return item;
      }));
    });
    this.light(this.pinned);
  }

  light(group) {
    for (const item of this.root.querySelectorAll("li")) item.classList.toggle("lit", group !== null && item.dataset.group === group);
    const told = group !== null && this.data.notes[group] ? this.data.notes[group] : this.data.hint;
    if (this.note.textContent !== told) this.note.textContent = told;
  }
}

const drawn = new WeakMap();

export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".lines");
  if (!drawn.has(root)) drawn.set(root, new Lines(root));
  drawn.get(root).show(data);
}
