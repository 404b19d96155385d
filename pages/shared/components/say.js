// Texts in the page's language. WORDS has them in another one than English, which stands in the scripts as the source;
// the loader fills it. Each picture has this before its own scripts.
const WORDS = {};

/** A text of the page's language, with values in place of {name}; it stands there as it is, for the catalogues. */
function say(text, values = {}) {
  return (WORDS[text] ?? text).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
