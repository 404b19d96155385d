/**
 * Names of curves at their ends, so that nobody looks for them in a legend; below each other where they would cover
 * each other. Each end has a height y, a text and a colour.
 */
function endLabels(c, ends, { x, top, bottom, high }) {
  const rows = [...ends].sort((a, b) => a.y - b.y);
  rows.forEach((row, i) => { row.at = Math.max(row.y, i ? rows[i - 1].at + high : top + high / 2); });
  for (let i = rows.length - 1, limit = bottom - high / 2; i >= 0; i--, limit -= high) rows[i].at = Math.min(rows[i].at, limit);
  c.globalAlpha = 1;
  c.textAlign = "left";
  c.textBaseline = "middle";
  for (const row of rows) {
    c.fillStyle = row.colour;
    c.fillText(row.text, x, row.at);
  }
}
