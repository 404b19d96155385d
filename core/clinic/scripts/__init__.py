"""The patients' training scripts: complete, in the handout's style, all with the same functions."""
