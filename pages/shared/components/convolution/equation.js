// The running equation: every product as it is added, the bias, the activation; or what a pooling window gives.

const ACTIVATIONS = {
  none: null,
  relu: { name: "ReLU", text: (x) => `max(0, ${format(x)})` },
  leaky_relu: { name: "Leaky ReLU", text: (x, slope) => (x < 0 ? `${slope} × ${format(x)}` : format(x)) },
};

function term(text, state) {
  return element("span", { class: `term ${state}` }, text);
}

function line(name, ...parts) {
  return element("div", { class: "line" }, element("span", { class: "name" }, name), element("span", { class: "math" }, ...parts));
}

/** The rule in symbols, without a bias of zero: x are the pixels under the window, w the weights, y what is written. */
function convolutionRule(model, filter) {
  const sum = `Σ x · w${model.bias[filter] ? " + b" : ""}`;
  const name = ACTIVATIONS[model.activation]?.name;
  return name ? `s = ${sum},  y = ${model.activation === "relu" ? "max(0, s)" : `${name}(s)`}` : `y = ${sum}`;
}

/** What the letters of the rule stand for. */
function letters(model, filter) {
  const known = [say("x: pixel"), say("w: weight"), model.bias[filter] && say("b: bias"), ACTIVATIONS[model.activation] && say("s: sum"), say("y: output")];
  return known.filter(Boolean).join(", ");
}

/** The same for pooling, where x are the cells of the window. */
function poolingRule(kind, n) {
  const last = n > 2 ? "…" : "";
  const cells = (sign) => ["x₁", n > 1 ? last : "", n > 1 ? `x${[...String(n)].map((d) => "₀₁₂₃₄₅₆₇₈₉"[d]).join("")}` : ""].filter(Boolean).join(sign);
  return kind === "max" ? `y = max(${cells(", ")})` : `y = (${cells(" + ")}) / ${n}`;
}

/** Lines for one output cell of the convolution; `sum` and `result` are the computed values, null = not to be told. */
function convolutionLines(model, filter, at, terms, sum, result) {
  const lines = [];
  const partial = Math.min(at.shown, terms.length);
  const perChannel = terms.length / model.image.channels;
  let running = 0;
  const totals = [];
  for (let channel = 0; channel < model.image.channels; channel++) {
    const mine = terms.slice(channel * perChannel, (channel + 1) * perChannel);
    const parts = [];
    let subtotal = 0;
    mine.forEach((t, k) => {
      const position = channel * perChannel + k;
      const state = position >= partial ? "later" : position === partial - 1 && !at.finished ? "now" : "";
      if (k) parts.push(term(" + ", position >= partial ? "later" : ""));
      parts.push(term(`(${format(t.pixel)} × ${format(t.weight)})`, `product ${state}`));
      if (position < partial) subtotal += t.product;
    });
    running += subtotal;
    totals.push(subtotal);
    const spelled = sum !== null && (model.image.channels > 1 || model.bias[filter] || !at.finished);
    const begun = partial > channel * perChannel;
    if (spelled) {
      parts.push(term(` ${equals(subtotal, ...mine.flatMap((t) => [t.pixel, t.weight]))} ${format(subtotal)}`, begun ? "total" : "later"));
    } else if (sum !== null) {
      parts.push(term(` ${equals(sum, ...mine.flatMap((t) => [t.pixel, t.weight]))} ${format(sum)}`, "total"));
    } else if (model.image.channels === 1 && !model.bias[filter]) {
      parts.push(term(" = ?", "total"));
    }
    lines.push(line(model.image.channels > 1 ? model.channelNames[channel] : say("products"), ...parts));
  }
  const bias = model.bias[filter];
  if (model.image.channels > 1 || bias) {
    const parts = model.image.channels > 1 && sum !== null ? totals : [sum === null ? say("sum") : running];
    const whole = sum === null ? " = ?" : ` ${equals(sum, bias, ...totals)} ${format(sum)}`;
    lines.push(line(bias ? say("plus bias") : say("total"), term(addedUp([...parts, ...(bias ? [bias] : [])]), at.finished ? "" : "later"),
                    term(whole, at.finished ? "total" : "later hidden")));
  }
  const activation = ACTIVATIONS[model.activation];
  if (activation) {
    const inside = sum === null ? (model.activation === "relu" ? say("max(0, sum)") : say("leaky ReLU(sum)")) : activation.text(sum, model.slope);
    const outcome = result === null ? " = ?" : ` ${equals(sum ?? 0, result)} ${format(result)}`;
    lines.push(line(activation.name, term(inside, at.finished ? "" : "later hidden"), term(outcome, at.finished ? "total" : "later hidden")));
  }
  return lines;
}

/** The line for one pooled cell; `values` are the cells of its window, `result` the computed value or null. */
function poolingLines(kind, at, values, result) {
  const known = Math.min(at.shown, values.length);
  const largest = Math.max(...values);
  const parts = [];
  const first = values.indexOf(largest);
  values.forEach((value, k) => {
    if (k) parts.push(term(kind === "max" ? ", " : " + ", k >= known ? "later" : ""));
    const isLargest = kind === "max" && at.finished && k === first && result !== null;
    parts.push(term(format(value), k >= known ? "later" : isLargest ? "largest" : k === known - 1 && !at.finished ? "now" : ""));
  });
  const outcome = result === null ? " = ?" : ` ${equals(result, ...values)} ${format(result)}`;
  const whole = kind === "max" ? [term("max(", ""), ...parts, term(")", "")]
    : [term("(", ""), ...parts, term(`) / ${values.length}`, at.finished ? "" : "later")];
  const lines = [line(kind === "max" ? say("largest") : say("average"), ...whole, term(outcome, at.finished ? "total" : "later hidden"))];
  if (!at.finished) {
    const seen = values.slice(0, known);
    const text = kind === "max" ? say("largest so far: {n}", { n: format(Math.max(...seen)) }) : say("sum so far: {n}", { n: format(seen.reduce((a, b) => a + b, 0)) });
    lines.push(line("", term(text, "total")));
  }
  return lines;
}

/** Which output cell it is. */
function whereIs(model, at) {
  const title = at.stage === "convolution" ? say("Convolution") : model.pool.kind === "max" ? say("Max pooling") : say("Average pooling");
  return say("{title}: {place}", { title, place: placeInWords(at, model.pixel) });
}

/** The numbers under a pooling window. */
function pooledValues(model, filter, at) {
  const source = model.active ?? model.sums ?? model.image;
  return pooledCells(model.pool.axes, at.row, at.column).map((cell) => source.at(filter, cell.row, cell.column));
}

/** All that is said of an output cell: where it is, the rule in symbols, the same in numbers, and a note. */
function said(model, filter, at) {
  const pools = at.stage === "pooling";
  const values = pools ? pooledValues(model, filter, at) : [];
  const value = (map) => map?.at(filter, at.row, at.column) ?? null;
  const lines = pools ? poolingLines(model.pool.kind, at, values, value(model.pooled))
    : convolutionLines(model, filter, at, convolutionTerms(model, filter, at.row, at.column), value(model.sums), value(model.active));
  const rule = pools ? poolingRule(model.pool.kind, values.length) : convolutionRule(model, filter);
  const note = model.notes?.find((n) => n.stage === at.stage && n.row === at.row && n.column === at.column);
  return [
    element("div", { class: "where" }, whereIs(model, at), " ", element("span", { class: "rule" }, rule),
      ...(pools ? [] : [element("span", { class: "letters" }, letters(model, filter))])), ...lines,
    ...(note ? [element("p", { class: "note" }, note.text)] : []),
  ];
}
