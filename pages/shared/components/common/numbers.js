// The numbers of a picture as a table folded below it: for who can't see curves, and for who wants to copy them.

/** Makes its rows only while it is open: a closed one costs a poll nothing. */
class Numbers {
  constructor(details) {
    this.details = details;
    this.details.querySelector("summary").textContent = say("Numbers of these curves");
    this.table = this.details.querySelector("table");
    details.addEventListener("toggle", () => this.fill());
  }

  /** ``rows`` is a function that gives the table: a head and then its rows, arrays of texts. */
  show(rows) {
    this.rows = rows;
    this.fill();
  }

  fill() {
    if (!this.details.open || !this.rows) return;
    const line = (cells, tag, scope) => {
      const row = document.createElement("tr");
      row.append(...cells.map((text, column) => {
        const cell = document.createElement(scope === "row" && column === 0 ? "th" : tag);
        if (cell.tagName === "TH") cell.scope = scope;
        cell.textContent = text;
        return cell;
      }));
      return row;
    };
    const [head, ...body] = this.rows();
    this.table.createTHead().replaceChildren(line(head, "th", "col"));
    (this.table.tBodies[0] ?? this.table.createTBody()).replaceChildren(...body.map((cells) => line(cells, "td", "row")));
  }
}
