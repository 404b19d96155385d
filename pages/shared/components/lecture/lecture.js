// The keys of Lecture mode, for the whole page (and its language, for screen readers), and Back: p enters and leaves it;
// what a clicker sends (Page Up and Down) and the arrows go from part to part, and through the steps of Question 2. Keys
// that somebody types or that a control takes are left to it. And the way to the top of the page, where Python asks for it.

const TAKES_TEXT = "textarea, select, [contenteditable=true], input:not([type=range], [type=radio], [type=checkbox], [type=button])";
const TAKES_ARROWS = `${TAKES_TEXT}, input, [role=slider], [role=tab], [role=radio], [role=option], [role=grid], [role=application], canvas`;
const PARTS = '[data-testid="stMain"] [data-testid="stTab"]';
const SCRIPT = "data-test-script-state"; // how Streamlit's browser says whether the page's script runs
const STEPS = { PageDown: 1, ArrowRight: 1, PageUp: -1, ArrowLeft: -1 };

const waiting = []; // presses that wait for the page
let onItsWay = 0; // until when the page of the last press may be on its way

/** What has the focus, also inside a picture's own tree. */
const focused = (event) => event.composedPath().filter((node) => node instanceof Element);
const isTaken = (event, selector) => focused(event).some((node) => node.matches(selector));

/** The picture of Question 2, which takes arrows itself. */
function stepper() {
  for (const node of document.querySelectorAll('[data-testid="stMain"] *')) {
    const found = node.shadowRoot?.querySelector(".lab");
    if (found) return found;
  }
  return null;
}

function step(by) {
  const player = document.querySelector(PARTS) ? null : stepper(); // a part can hold such a picture too, of one window
  if (player) {
    player.dispatchEvent(new KeyboardEvent("keydown", { key: by > 0 ? "ArrowRight" : "ArrowLeft", bubbles: true, composed: false }));
    return;
  }
  waiting.push(by);
  stepParts();
}

/** One part after the other: Streamlit's tabs lose a click that comes while the page of the one before is on its way. */
function stepParts() {
  const app = document.querySelector(`[${SCRIPT}]`);
  if (!waiting.length || performance.now() < onItsWay || app?.getAttribute(SCRIPT) !== "notRunning") return;
  const parts = [...document.querySelectorAll(PARTS)];
  const next = parts[parts.findIndex((part) => part.getAttribute("aria-selected") === "true") + waiting.shift()];
  if (!next) return;
  onItsWay = performance.now() + 3000; // should the page never come
  setTimeout(stepParts, 3001);
  next.click();
}

/** A page is on its way, or has come. */
function onScript(changes) {
  const isRunning = changes.at(-1).target.getAttribute(SCRIPT) !== "notRunning";
  onScriptOfArrival(isRunning);
  if (isRunning) return;
  onItsWay = 0;
  setTimeout(stepParts); // once what has come is drawn
}

function onKey(event, state) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key.toLowerCase() === "p" && !isTaken(event, TAKES_TEXT)) {
    event.preventDefault();
    state.toggle();
  } else if (state.on && event.key in STEPS) {
    const isClicker = event.key.startsWith("Page");
    if (isTaken(event, isClicker ? TAKES_TEXT : TAKES_ARROWS)) return;
    if (!isClicker && isTaken(event, ".lab")) return;
    event.preventDefault();
    step(STEPS[event.key]);
  }
}

/** The sidebar's entries, all of them, named as they are shown: what is shown in place of a file's name no screen reader would read. */
function showEntries(state) {
  nameEntries(state);
  // Of more than twelve pages Streamlit folds the last ones away, as if they mattered less
  const fold = document.querySelector('[data-testid="stSidebarNavViewButton"]');
  if (!fold || !/more$/.test(fold.textContent)) return;
  fold.click();
  setTimeout(() => nameEntries(state)); // once those are drawn
}

function nameEntries(state) {
  for (const link of document.querySelectorAll('[data-testid="stSidebarNavLink"]')) {
    const name = state.entries[link.querySelector("span[label]")?.getAttribute("label")];
    if (name) link.setAttribute("aria-label", name);
    else link.removeAttribute("aria-label");
  }
}

function onBack(state) {
  // Of another page Streamlit tells the name a moment after the address: nothing is said of it
  if (location.pathname === state.path) state.back({ n: (state.backs += 1), query: location.search.slice(1) });
}

export default function ({ data, setStateValue, setTriggerValue }) {
  const state = (window.chalknetLecture ??= { backs: 0 });
  state.path = location.pathname;
  state.back = (back) => setStateValue("back", back);
  state.on = data.on;
  document.documentElement.lang = data.lang;
  state.entries = data.entries;
  showEntries(state);
  if ((state.tops ??= data.tops) !== data.tops) document.querySelector('[data-testid="stMain"]').scrollTo({ top: 0 });
  state.tops = data.tops;
  state.toggle = () => setTriggerValue("toggle", true);
  showOpenTab();
  if (state.listener) return;
  state.listener = (event) => onKey(event, state);
  window.addEventListener("keydown", state.listener);
  oneEntryEach();
  // After Streamlit's own message of Back within a page, which looks like one of a browser that is late
  window.addEventListener("popstate", () => onBack(state));
  new MutationObserver(showOpenTab).observe(document.body, { subtree: true, childList: true, attributeFilter: ["aria-selected"] });
  new MutationObserver(onScript).observe(document.body, { subtree: true, attributeFilter: [SCRIPT] });
  // On a phone the sidebar comes with a click
  window.addEventListener("click", () => setTimeout(() => showEntries(state), 300));
}
