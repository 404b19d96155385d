"""A lab whose runs train in a thread of this process, and a room in it."""

from collections.abc import Iterator

import pytest
from phones import PHONES

from core.engine import Engine
from core.rooms import attendance, room, seat


@pytest.fixture(scope="module")
def engine(module_home: object) -> Iterator[Engine]:
    """Of the room's lab."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.engine.engine.calibrate", lambda: None)
        engine = Engine("thread")
        yield engine
        engine.close()


@pytest.fixture
def code(engine: Engine) -> Iterator[str]:
    """A room of the teacher "tea" with seven phones."""
    code = room.open_room("tea")
    for person in PHONES:
        seat.join(code, person)
    yield code
    for person in PHONES:
        attendance.gone(code, person)
