"""Teaching: plans by the clock, with links, votes and numbers measured here; a rehearsal; the same on paper."""

from pages.shared.frame.frame import frame
from pages.shared.panels.teacher_key import key_form
from pages.teaching.plan_view import plan_view

lab = frame("teaching")
if lab.engine.limits.is_hall and not lab.engine.teacher.is_teacher(lab.person):
    key_form(lab, "teaching")  # the plans hold the answers of the votes
else:
    plan_view(lab)
