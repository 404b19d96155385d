// What of a page is cut, each thing in a line (cut_text.py says what that is).
(scrolled) => {
  const SLACK = 1.5; // pixels of rounding
  const found = new Set();
  const say = (what, node, text) => {
    const box = node.getBoundingClientRect();
    found.add(`${what}: ${text.trim().replace(/\s+/g, " ").slice(0, 60)} (${Math.round(box.width)} px)`);
  };
  // A phone's sidebar is folded to nothing
  const folded = (node) => node.closest("[data-testid=stSidebar]")?.clientWidth < 120;
  const visible = (node) => !folded(node) && node.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  // Boxes of one pixel are for screen readers alone
  const isForEars = (node) => node.clientWidth <= 1 || node.clientHeight <= 1;
  const clips = (style) => ["hidden", "clip"].includes(style.overflowX);
  const scrolls = (style) => ["auto", "scroll"].includes(style.overflowX);

  // How far the nearest box that clips or scrolls lets one see; the window is the last
  const hidden = (box, start) => {
    for (let node = start; node && node !== document.documentElement; node = node.parentElement) {
      const style = getComputedStyle(node);
      if (style.position === "fixed") return 0;
      if (!clips(style) && !scrolls(style)) continue;
      if (isForEars(node)) return 0;
      const frame = node.getBoundingClientRect();
      const over = Math.max(box.right - frame.right, frame.left - box.left);
      if (over > SLACK) return over;
    }
    return Math.max(0, box.right - innerWidth);
  };

  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const parent = text.parentElement;
    if (!text.data.trim() || parent.closest(scrolled) || !visible(parent) || isForEars(parent)) continue;
    if (["STYLE", "SCRIPT", "OPTION", "CANVAS"].includes(parent.tagName) || parent.closest("canvas, [aria-hidden=true]")) continue;
    if (parent.closest("[data-testid=stIconMaterial]")) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    const slack = parent.closest("svg") ? 3 * (parent.currentCSSZoom ?? 1) : SLACK;
    if ([...range.getClientRects()].some((box) => box.width && hidden(box, parent) > slack)) say("text", parent, text.data);
  }
  for (const box of document.querySelectorAll(".stMarkdownEllipsis, .stMarkdownEllipsis *")) {
    if (visible(box) && !box.closest(scrolled) && box.scrollWidth > box.clientWidth + SLACK && getComputedStyle(box).overflowX === "hidden")
      say("ellipsis", box, box.textContent);
  }
  for (const field of document.querySelectorAll("input")) {
    if (!visible(field) || field.closest(scrolled) || !field.value || isForEars(field)) continue;
    if (field.type !== "text" && field.type !== "number") continue;
    if (field.scrollWidth <= field.clientWidth + SLACK) continue;
    if (!document.body.innerText.includes(field.value)) say("value", field, field.value); // else it stands there in full
  }
  for (const picture of document.querySelectorAll("svg, canvas, table, img")) {
    if (!visible(picture) || picture.closest(`${scrolled}, [data-testid=stDataFrame], [data-testid=stIconMaterial]`)) continue;
    const box = picture.getBoundingClientRect();
    if (box.width < 24 || picture.closest("[aria-hidden=true]")) continue;
    if (hidden(box, picture.parentElement) > SLACK) say(picture.tagName, picture, picture.closest("[aria-label], [alt]")?.ariaLabel ?? picture.textContent);
    if (picture.tagName === "svg" && getComputedStyle(picture).overflowX !== "visible") {
      for (const text of picture.querySelectorAll("text")) {
        const at = text.getBoundingClientRect();
        // A turned text's box holds room for letters that it has not
        if (at.width && Math.max(at.right - box.right, box.left - at.left) > 3 * (picture.currentCSSZoom ?? 1)) say("svg text", text, text.textContent);
      }
    }
  }
  for (const frame of document.querySelectorAll("[data-testid=stDataFrame]")) {
    const inside = frame.querySelector(".dvn-scroller");
    if (inside && visible(frame) && inside.scrollWidth > inside.clientWidth + SLACK) {
      say(`last column, ${inside.scrollWidth - inside.clientWidth} px of it`, frame, [...frame.querySelectorAll("th")].map((head) => head.textContent).join(", "));
    }
  }
  return [...found];
}
