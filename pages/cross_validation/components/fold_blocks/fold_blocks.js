// The component around the blocks: one a mount.

const pictures = new WeakMap();

export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".fold_blocks");
  if (!pictures.has(root)) {
    pictures.set(root, new Blocks(root));
    followLecture(root);
  }
  pictures.get(root).show(data);
}
