// One entry of the browser's history for each page. Streamlit adds a page's address when one goes there, and a moment
// later another one with the settings that the page puts into it: Back from the second led to the first, where the page
// added the second again, and nobody came any further.

const SETTLED = 500; // milliseconds without a script: all that belongs to an arrival has been drawn
const LONGEST = 10000; // should no script ever come

let isArriving = false;
let arrival = 0;

function onArrival(within = LONGEST) {
  isArriving = true;
  clearTimeout(arrival);
  arrival = setTimeout(() => { isArriving = false; }, within);
}

/** A script has begun or ended: while one runs, it may still write the address. */
const onScriptOfArrival = (isRunning) => { if (isArriving) onArrival(isRunning ? LONGEST : SETTLED); };

/** From now on what a page writes into its address as one arrives takes the place of the address that led there. */
function oneEntryEach() {
  const push = history.pushState.bind(history);
  history.pushState = (state, title, url) => {
    const isWithin = url != null && new URL(url, location.href).pathname === location.pathname;
    if (isWithin && isArriving) return history.replaceState(state, title, url);
    if (!isWithin) onArrival();
    return push(state, title, url);
  };
  window.addEventListener("popstate", () => onArrival());
}
