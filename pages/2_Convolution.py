"""Question 2: convolution and pooling, one multiply-add at a time."""

from pages.convolution.practice import practice
from pages.convolution.stage import stage_style
from pages.convolution.watch import watch
from pages.shared.controls.widgets import choice
from pages.shared.frame.frame import frame

lab = frame("convolution")
VIEWS = {"Watch": lambda: watch(lab.data), "Do it yourself": practice}
with lab.head:
    view = choice("View", "view", options=list(VIEWS), default=next(iter(VIEWS)), hide_label=True)
stage_style()
VIEWS[view]()
