// The open tab, in sight: on a phone a page has more of them than fit, and a link can open the last one.

let shownIn = null; // the row in which a tab was brought into sight
let shownFor = "";

/** Once for each tab that opens, and for each row that is drawn anew: afterwards the row is left to who moves it. */
function showOpenTab() {
  const tab = document.querySelector('[data-testid="stMain"] [data-testid="stTab"][aria-selected="true"]');
  if (!tab) return; // for a moment, while a script runs
  const [told, list] = [`${location.pathname} ${tab.textContent}`, tab.closest('[role="tablist"]')];
  if (list === shownIn && told === shownFor) return;
  let row = tab.parentElement;
  while (row && row.scrollWidth <= row.clientWidth + 1) row = row.parentElement;
  if (!row) return; // all fit, or not all are drawn yet
  [shownIn, shownFor] = [list, told];
  const [inner, outer] = [tab.getBoundingClientRect(), row.getBoundingClientRect()];
  const room = Math.max(0, Math.min(48, (outer.width - inner.width) / 2)); // Streamlit's arrow lies over the row's end
  if (inner.left < outer.left + room) row.scrollLeft -= outer.left + room - inner.left;
  else if (inner.right > outer.right - room) row.scrollLeft += inner.right + room - outer.right;
}
