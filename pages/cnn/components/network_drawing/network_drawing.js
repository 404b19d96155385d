// The drawing of a network; a click on a layer goes to Python.

export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".network_drawing");
  if (!root.told) followLecture(root);
  if (root.told !== data.drawing) {
    root.innerHTML = root.told = data.drawing; // numbers and fixed words, written by Python
  }
  root.onclick = (event) => {
    const layer = event.target.closest("button[data-layer]")?.dataset.layer;
    if (layer) setTriggerValue("layer", layer);
  };
}
