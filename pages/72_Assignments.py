"""Assignments: a teacher sets work, a student does it and hands in one file, a teacher marks what came in."""

from functools import partial

from pages.assignments.compose import compose_view
from pages.assignments.marking import marking_view
from pages.assignments.my_work import my_work
from pages.shared.frame.frame import frame
from pages.shared.frame.tabs import tabs

lab = frame("assignment")
tabs({"My work": partial(my_work, lab), "Set work": partial(compose_view, lab), "Mark": partial(marking_view, lab)})
