// Question 2 without its lab: which picture or exercise is shown, and what becomes of an answer.

const TRIES = 3; // then the worked cell

/** The number that a person typed ("-3", "0.5", "0,5", "1/9"); NaN where it is none. */
function typedNumber(text) {
  const [above, below = "1", ...rest] = text.trim().replaceAll(",", ".").replaceAll("\u2212", "-").split("/");
  const number = rest.length || !above.trim() || !below.trim() ? NaN : Number(above) / Number(below);
  return Math.abs(number) <= 1e6 ? number : NaN;
}

/** The kind of mistake that explains a wrong cell, and as many of the other answers as possible. */
function recognised(exercise, answers, row, column) {
  let best = 0, kindOfBest = null;
  for (const [kind, variants] of exercise.mistakes) {
    for (const variant of variants) {
      const agrees = answers.filter(([r, c, value]) => Math.abs((variant[r][c] ?? NaN) - value) <= exercise.tolerance);
      if (agrees.length > best && agrees.some(([r, c]) => r === row && c === column)) [best, kindOfBest] = [agrees.length, kind];
    }
  }
  return kindOfBest;
}

/** One exercise under way. */
class Attempt {
  constructor(exercise) {
    this.exercise = exercise;
    this.cells = new Map(exercise.blanks.map(([r, c]) => [`${r},${c}`, { text: "", name: "blank", tries: 0 }]));
    this.hint = exercise.first;
    this.at = exercise.blanks[0];
    this.count = 0;
    this.seen = 0;
  }

  answer({ row, column, text }) {
    const { exercise } = this, cell = this.cells.get(`${row},${column}`);
    if (!cell || ["right", "shown"].includes(cell.name) || !text.trim()) return;
    const value = typedNumber(text);
    Object.assign(cell, { text, name: "wrong" });
    [this.at, this.count] = [[row, column], this.count + 1];
    if (Number.isNaN(value)) { // a slip of the keyboard is no try
      this.hint = exercise.no_number;
      return;
    }
    cell.tries += 1;
    if (Math.abs(value - exercise.right[row][column]) <= exercise.tolerance) {
      cell.name = "right";
      this.at = this.open()[0] ?? this.at;
      this.hint = this.open().length ? exercise.right_next : exercise.done;
    } else if (cell.tries >= TRIES) {
      Object.assign(cell, { text: "", name: "shown" });
      this.hint = exercise.shown;
    } else {
      const answers = [...this.cells].filter(([, { name }]) => name !== "shown").map(([place, { text }]) => [...place.split(",").map(Number), typedNumber(text)]);
      const kind = recognised(exercise, answers, row, column);
      this.hint = `${kind ? exercise.hints[kind] : exercise.not_yet} ${exercise.where.replace("{row}", row + 1).replace("{column}", column + 1)}`;
    }
  }

  open() { return this.exercise.blanks.filter(([r, c]) => ["blank", "wrong"].includes(this.cells.get(`${r},${c}`).name)); }

  score() {
    const settled = [...this.cells.values()].filter(({ name }) => ["right", "shown"].includes(name));
    return [settled.filter(({ name, tries }) => name === "right" && tries === 1).length, settled.length];
  }

  /** What the picture is told: the map with holes, what was answered, where to look. */
  data() {
    const { exercise } = this, signs = { right: "✓", wrong: "✗", shown: "→" };
    const cells = exercise.right.map((line, r) => line.map((_, c) => {
      const cell = this.cells.get(`${r},${c}`);
      if (!cell) return null;
      const told = { name: cell.name, open: ["blank", "wrong"].includes(cell.name), sign: signs[cell.name] ?? null };
      return cell.name === "shown" ? told : { ...told, text: cell.text };
    }));
    const hidden = new Set(this.open().map(([r, c]) => `${r},${c}`));
    const known = (map) => ({ shape: [1, map.length, map[0].length], values: map.flatMap((line, r) => line.map((value, c) => (hidden.has(`${r},${c}`) ? null : value))) });
    const maps = Object.fromEntries(Object.entries(exercise.maps).map(([name, map]) => [name, known(map)]));
    const [row, column] = this.at;
    return {
      ...exercise.data, ...maps, hint: this.hint, seen: this.seen,
      practice: { asked: exercise.asked, cells },
      start: { id: `${exercise.title} ${this.count}`, stage: exercise.stage, row, column },
    };
  }
}

{
  const page = JSON.parse(document.getElementById("saved").textContent);
  const chosen = document.getElementById("chosen"), task = document.querySelector(".task"), score = document.querySelector(".score");
  const attempts = new Map();
  const groups = [["watch", page.pictures], ["exercises", page.exercises]];
  for (const [group, items] of groups) {
    const options = items.map((item, k) => Object.assign(document.createElement("option"), { value: `${group} ${k}`, textContent: item.title }));
    const box = document.createElement("optgroup");
    box.label = page.groups[group];
    box.append(...options);
    chosen.append(box);
  }
  const place = document.querySelector(".place"), empty = document.getElementById("empty");
  let send, leave = () => {};

  /** A picture or an exercise has a player of its own, which begins where there is something to see. */
  function open() {
    leave();
    place.replaceChildren(empty.content.cloneNode(true));
    show();
  }

  function show() {
    const [group, k] = chosen.value.split(" "), item = page[group === "watch" ? "pictures" : "exercises"][k];
    task.hidden = score.hidden = group === "watch";
    if (group === "watch") {
      send = () => {};
      draw(item.data);
      return;
    }
    if (!attempts.has(k)) attempts.set(k, new Attempt(item));
    const attempt = attempts.get(k);
    send = (event, items) => {
      for (const { id, ...answer } of items.filter(({ id }) => id > attempt.seen)) {
        attempt.seen = id;
        attempt.answer(answer);
      }
      show();
    };
    task.textContent = item.task;
    const [right, settled] = attempt.score();
    score.textContent = page.score.replace("{right}", right).replace("{settled}", settled);
    draw(attempt.data());
  }

  function draw(data) {
    leave = showPicture({ parentElement: place, data, setTriggerValue: (event, items) => send(event, items) });
  }

  chosen.addEventListener("change", open);
  open();
}
