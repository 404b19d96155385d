"""A class's experiment from the deal to the last run: the teacher's, and handed to the engine run by run.

A phone asks for its run in the room's file; the run itself is the teacher's. To hand it in the lab needs the teacher's
key, which it remembers in memory from the deal on. After a new start it waits for the teacher's page to say it again.
"""

from core.engine import Engine
from core.lab.errors import ChalknetError
from core.lab.remembered import Remembered
from core.rooms import deal, handed
from core.runs import experiments
from core.runs.experiments import Experiment, Snapshot
from core.specs import RunSpec
from core.together.ending import put_away, run_of
from core.together.kinds import MOST, Kind, Members, TogetherError

_teachers: Remembered[str, str] = Remembered(200)  # of rooms that train together: whose runs they are


def members_of(kind: Kind, base: RunSpec, n: int) -> Members:
    """The runs for about so many phones.

    Raises
    ------
    ChalknetError
        If there can be no such runs.
    """
    made = kind.members(base, kind.values(n))
    if len(made) > MOST:
        raise TogetherError(f"The class would train {len(made)} runs; allowed are {MOST}.")
    return made


def begin(engine: Engine, code: str, teacher: str, kind: Kind, base: RunSpec, members: Members) -> Experiment:
    """Make the experiment and deal its runs; none of them trains before somebody presses.

    Raises
    ------
    LimitError
        If a hall allows one person fewer runs.
    """
    engine.check_members(len(members), teacher)
    put_away(code, teacher)
    made = experiments.create(
        kind.experiment, members, settings=kind.settings(base, len(members)), page=kind.page, owner=teacher
    )
    parts = [(kind.label(labels), run.id) for (labels, _), run in zip(members, made.runs, strict=True)]
    try:
        deal.deal(code, teacher, kind.word, made.id, parts)
    except ChalknetError:
        for run in made.runs:
            run.delete(teacher)
        raise
    _teachers.put(code, teacher)
    return made


def press(engine: Engine, code: str, person: str, number: int) -> str:
    """A phone begins what it holds; returns the run's id. Raises ``RoomError`` as ``core.rooms.deal.press``."""
    run_id = deal.press(code, person, number)
    teacher = _teachers.get(code)
    if teacher is not None:
        _hand_in(engine, run_id, teacher)
    return run_id


def start(engine: Engine, code: str, teacher: str, *, also_held: bool) -> None:
    """The teacher begins what nobody holds, or all that is left."""
    for run_id in deal.start(code, teacher, also_held=also_held):
        _hand_in(engine, run_id, teacher)


def run_again(engine: Engine, code: str, teacher: str) -> None:
    """The teacher trains here what was handed in from students' own labs."""
    for run_id in handed.begin_again(code, teacher):
        _hand_in(engine, run_id, teacher)


def keep_going(engine: Engine, code: str, teacher: str, now: Snapshot) -> None:
    """Hand in what was begun and waits nowhere: after a new start of the lab, or while no teacher was known to it.

    Parameters
    ----------
    now : Snapshot
        Of the experiment.
    """
    _teachers.put(code, teacher)
    begun = set(deal.begun(code, teacher))
    for member in now.members:
        waits = member.status.name in ("queued", "interrupted") and member.run.id in begun
        if waits and not engine.has(member.run.id):
            engine.submit_member(member.run, teacher)


def _hand_in(engine: Engine, run_id: str, teacher: str) -> None:
    run = run_of(run_id)
    if run is not None:
        engine.submit_member(run, teacher)
