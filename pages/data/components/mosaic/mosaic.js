// Pictures by class: one sheet of pixels, one button a picture. A click sends the picture's number.

const shown = new WeakMap();

export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".mosaic");
  if (shown.get(root) === data.key) return;
  shown.set(root, data.key);
  const columns = data.columns, rows = data.rows.length;
  const across = (i, n) => (n > 1 ? (100 * i) / (n - 1) : 0);
  root.replaceChildren(...data.rows.map((row, r) => {
    const line = document.createElement("div");
    line.className = "row";
    line.style.gridTemplateColumns = `92px repeat(${columns}, minmax(0, 1fr))`;
    const name = document.createElement("div");
    name.className = "name";
    name.textContent = row.name; // a class is named by a folder: never as HTML
    name.title = row.name;
    line.append(name, ...row.pictures.map((picture, c) => {
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("aria-label", `${row.name}, picture ${picture + 1}`);
      button.style.backgroundImage = `url(${data.sheet})`;
      button.style.backgroundSize = `${100 * columns}% ${100 * rows}%`;
      button.style.backgroundPosition = `${across(c, columns)}% ${across(r, rows)}%`;
      button.addEventListener("click", () => setTriggerValue("picked", picture));
      return button;
    }));
    return line;
  }));
}
