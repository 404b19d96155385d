"""The room: a class votes, the teacher's wall shows what comes in; and a run of a class's in a student's own lab."""

from core.together.ticket import TICKET
from pages.room.desk import desk
from pages.room.own_lab import own_lab
from pages.room.seat import seat_view
from pages.room.taken import take_result
from pages.shared.controls.settings import told
from pages.shared.frame.frame import frame

lab = frame("room")
ticket = told(TICKET)
if ticket is not None:
    own_lab(lab, ticket)
else:
    take_result()
    if lab.engine.teacher.is_teacher(lab.person):
        desk(lab)
    else:
        seat_view(lab)
