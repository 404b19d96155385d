"""The room: a class votes, the teacher's wall shows what comes in."""

from pages.room.desk import desk
from pages.room.seat import seat_view
from pages.shared.frame.frame import frame

lab = frame("room")
if lab.engine.teacher.is_teacher(lab.person):
    desk(lab)
else:
    seat_view(lab)
