// Lecture mode: a class for the style of a picture, as not every browser knows style queries, and the room that it has.

const BELOW = 8; // pixels that stay free below the picture

/** How much larger than its style sheet says the page is drawn. */
function zoomOf(element) { return element.currentCSSZoom ?? 1; }

/** How far below the top of the page something begins, wherever the page is scrolled to. */
function topInPage(element) {
  let top = element.getBoundingClientRect().top / zoomOf(element);
  for (let node = element.parentNode; node; node = node.parentNode ?? node.host) top += node.scrollTop ?? 0;
  return top;
}

/** Keep the class "in-lecture" of a root true, and in --room the height from the top of its picture to the screen's end. */
function followLecture(root, picture = root) {
  let wasThere = false;
  const look = () => {
    if (wasThere && !root.isConnected) { // drawn anew elsewhere: nobody looks at this one any more
      observer.disconnect();
      window.removeEventListener("resize", look);
      return;
    }
    wasThere ||= root.isConnected;
    const isOn = getComputedStyle(root).getPropertyValue("--lecture").trim() === "1";
    if (root.classList.contains("in-lecture") !== isOn) root.classList.toggle("in-lecture", isOn);
    if (!isOn) return;
    const room = `${Math.max(160, Math.floor(window.innerHeight / zoomOf(root) - topInPage(picture) - BELOW))}px`;
    if (root.style.getPropertyValue("--room") !== room) root.style.setProperty("--room", room);
  };
  const observer = new ResizeObserver(look);
  // What comes, goes or opens above the picture makes the page around it higher
  for (let node = root; node; node = node.parentNode ?? node.host) if (node.nodeType === 1) observer.observe(node);
  window.addEventListener("resize", look);
  look();
}
