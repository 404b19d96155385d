"""Question 2: convolution and pooling, one multiply-add at a time."""

from pages.convolution.practice import practice
from pages.convolution.stage import stage_style
from pages.convolution.watch import watch
from pages.shared.controls.widgets import choice
from pages.shared.frame.frame import frame
from pages.shared.lessons import lesson
from pages.shared.words.language import marked, say
from pages.shared.words.terms import words_line

lab = frame("convolution")
VIEWS = {marked("Watch"): lambda: watch(lab.data), marked("Do it yourself"): practice}
with lab.head:
    view = choice(say("View"), "view", options=list(VIEWS), default=next(iter(VIEWS)), hide_label=True)
stage_style()
VIEWS[view]()
words_line(lesson("convolution").words)
