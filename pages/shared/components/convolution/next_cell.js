// The bet on the next cell: asked before it is computed, judged when it is.

const BETS = "chalknet bets on cells"; // of the browser's session: F5 keeps them

class NextCell {
  constructor(player, node) {
    this.player = player;
    this.node = node;
    this.input = element("input", { type: "text", inputmode: "text", autocomplete: "off", size: 6 });
    this.label = element("label", {}, element("span"), this.input);
    this.form = element("form", { onsubmit: (event) => { event.preventDefault(); this.place(); } }, this.label, element("button", {}, say("Bet")));
    this.told = element("p", { "aria-live": "polite" });
    node.append(this.told, this.form);
    this.wrong = "";
  }

  /** Another picture has bets of its own. */
  show(model, text) {
    this.model = model;
    this.of = `${BETS} ${text}`;
    try {
      this.bets = JSON.parse(sessionStorage.getItem(this.of) ?? "{}");
    } catch {
      this.bets = {}; // a browser that keeps nothing: they last as long as the page
    }
  }

  isAsked() { return Boolean(this.model?.bet) && !this.model.practice && !this.player.whole && !this.model.image.large; }

  keyOf(at) { return `${at.stage} ${this.player.filter} ${at.row} ${at.column}`; }

  /** What comes out there. */
  value(at) {
    const map = at.stage === "pooling" ? this.model.pooled : this.model.active ?? this.model.sums;
    return map.at(this.player.filter, at.row, at.column);
  }

  /** The cell that is not known yet: this one, or the one behind it. */
  next(at) {
    if (!at?.finished) return at;
    return this.player.frame + 1 < this.player.line.length ? locate(this.player.line, this.player.frame + 1) : null;
  }

  /** Whether to stop here: the next cell is not bet on. */
  waits(at) {
    const next = this.isAsked() && at?.finished ? this.next(at) : null;
    return Boolean(next) && !(this.keyOf(next) in this.bets);
  }

  place() {
    const next = this.next(locate(this.player.line, this.player.frame));
    const text = this.input.value.trim(), number = Number(text.replace("−", "-").replace(",", "."));
    if (!text || !Number.isFinite(number)) {
      this.wrong = say("{text} is no number.", { text: text || say("Nothing") });
    } else if (next) {
      this.bets[this.keyOf(next)] = number;
      try {
        sessionStorage.setItem(this.of, JSON.stringify(this.bets));
      } catch { /* full, or forbidden: it lasts as long as the page */ }
      this.input.value = "";
      this.wrong = "";
      this.player.root.focus({ preventScroll: true }); // the arrows are the picture's again
    }
    this.player.draw();
  }

  isRight(at) { return Math.abs(this.bets[this.keyOf(at)] - this.value(at)) <= this.model.bet.tolerance; }

  /** How many of the bets on cells that are known were right: the map of this filter up to here. */
  score(at) {
    let n = 0, right = 0;
    for (let frame = 0; frame <= this.player.frame; frame++) {
      const cell = locate(this.player.line, frame);
      if (!cell.finished || !(this.keyOf(cell) in this.bets)) continue;
      n += 1;
      right += this.isRight(cell);
    }
    return { n, right };
  }

  draw(at) {
    const high = this.node.offsetHeight;
    this.node.hidden = !this.isAsked() || !at;
    if (!this.node.hidden) this.fill(at);
    if (this.node.offsetHeight !== high) this.player.place.fit();
  }

  fill(at) {
    const next = this.next(at), lines = [];
    if (at.finished && this.keyOf(at) in this.bets) {
      const values = { bet: format(this.bets[this.keyOf(at)]), value: format(this.value(at)) };
      lines.push(this.isRight(at) ? say("Your bet was {bet}: right.", values) : say("Your bet was {bet}; it is {value}.", values));
      lines.push(say("{right} of {n} right.", this.score(at)));
    }
    const waits = next && this.keyOf(next) in this.bets ? format(this.bets[this.keyOf(next)]) : null;
    if (waits !== null) lines.push(say("Your bet on the next cell: {bet}.", { bet: waits }));
    else if (!lines.length && !this.wrong) lines.push(say("Bet before you go on."));
    if (this.wrong) lines.push(this.wrong);
    this.told.textContent = lines.join(" ");
    this.form.classList.toggle("done", !next || waits !== null); // it keeps its place: cells don't jump
    this.input.disabled = !next || waits !== null;
    if (!next) return;
    const place = { row: next.row + 1, column: next.column + 1 };
    this.label.firstChild.textContent = next.stage === "pooling"
      ? say("What will row {row}, column {column} of the pooled map be?", place)
      : say("What will row {row}, column {column} of the map be?", place);
    if (waits !== null) {
      const { grids } = this.player;
      for (const grid of next.stage === "pooling" ? grids.pooled : [...grids.sums, ...grids.active]) grid.mark(next.row, next.column, "bet");
    }
  }
}
