// The bar above the picture: play, step, depth, speed, filter.

// Drawn as paths: a lecture hall's machine may lack the glyphs. Strings of this file only, nothing typed gets here.
const ICONS = {
  first: "M11 12l8-7v14zM4 12l8-7v14z", previous: "M6 5h3v14H6zM19 5v14L9 12z", play: "M6 4v16l14-8z",
  pause: "M6 4h4v16H6zM14 4h4v16h-4z", next: "M15 5h3v14h-3zM5 5v14l10-7z",
};

const SPEEDS = [0.5, 1, 2, 4, 8, 30]; // steps per second

/** Make the controls, and hand those that change with the picture to the player. */
function buildBar(player) {
  const button = (icon, title, action) => {
    const node = element("button", { type: "button", onclick: action });
    setIcon(node, icon, title);
    return node;
  };
  player.playButton = button("play", say("Play (space)"), () => player.toggle());
  player.playButton.classList.add("play");
  player.slider = element("input", {
    type: "range", min: 0, value: 0, "aria-label": say("Step"), oninput: () => player.go(Number(player.slider.value)),
  });
  player.count = element("output", { class: "count" });
  const depth = element("select", { "aria-label": say("One step is"), onchange: () => player.setDeep(depth.value === "deep") },
    element("option", { value: "cell" }, say("step: output cell")), element("option", { value: "deep" }, say("step: multiply-add")));
  const speed = element("select", { "aria-label": say("Steps per second"), onchange: () => { player.speed = Number(speed.value); } },
    ...SPEEDS.map((value) => element("option", { value, selected: value === player.speed }, say("{n} per s", { n: value }))));
  player.filters = element("select", {
    "aria-label": say("Filter"), onchange: () => { player.filter = Number(player.filters.value); player.build(); },
  });
  player.filterLabel = element("label", {}, player.filters);
  const whole = element("input", { type: "checkbox", onchange: () => { player.whole = whole.checked; player.draw(); } });
  player.wholeLabel = element("label", {}, whole, say("whole maps"));
  player.bar.append(
    element("div", { class: "buttons" }, button("first", say("First step (Home)"), () => player.go(0)),
      button("previous", say("Previous step (left arrow)"), () => player.go(player.frame - 1)), player.playButton,
      button("next", say("Next step (right arrow)"), () => player.go(player.frame + 1))),
    player.slider, player.count,
    element("div", { class: "options" }, depth, speed, player.filterLabel, player.wholeLabel),
  );
}

/** What a button shows, and what it is called. */
function setIcon(button, icon, title) {
  button.innerHTML = `<svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true"><path d="${ICONS[icon]}" fill="currentColor"/></svg>`;
  button.setAttribute("aria-label", title);
  button.title = title;
}
