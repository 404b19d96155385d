"""Many submissions marked: read, looked at, in part trained again, and given points with a reason each.

``prepare`` reads and says how long it will take; ``mark`` does it.
"""

import logging
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from core.assignments import submission
from core.assignments.assignment import Assignment, AssignmentError
from core.assignments.tasks import AnyTask, BetTask, ConvolutionTask, PatientTask, RunTask, ShapeTask, WordsTask
from core.engine.calibration import Calibration
from core.engine.turns import SHARE_SECONDS
from core.grading import comparing, retraining
from core.grading.checks import Note, Sheet, compare_students, is_same_machine, newest, other_versions, sheet_of
from core.grading.claims import shortened
from core.grading.files import Found, GradingError
from core.grading.gradebook import Gradebook, Place, Row, row_of, unmarked
from core.grading.marked_exercises import convolution_mark, patient_mark, shapes_mark, words_mark
from core.grading.marked_runs import Judged, bet_mark, objections, run_mark
from core.grading.retraining import MOST_SECONDS, Order, Retrained
from core.grading.standing_back import NEVER, StandingBack
from core.grading.task_mark import TaskMark, mark_of
from core.lab.load import WATCH
from core.lab.machine import default_n_workers
from core.lab.words import count, duration

log = logging.getLogger(__name__)


@dataclass
class Prepared:
    """What will be marked, and what that takes.

    Attributes
    ----------
    assignment : Assignment
    sheets : list of Sheet
        One of each student.
    left : list of Row
        Files that are not marked, with the reason.
    orders : dict of Place to Order
        Runs that are trained again.
    untrained : dict of Place to str
        Runs that count and are not trained again, with the reason.
    n_at_once : int
    seconds : float
        About how long it takes.
    seconds_more : float
        And at most so much longer where losses are not the same to the last bit.
    most_seconds : float
    seconds_behind : float
        And at most about so much longer where somebody trains all the while, and the marking stands back.
    """

    assignment: Assignment
    sheets: list[Sheet]
    left: list[Row]
    orders: dict[Place, Order]
    untrained: dict[Place, str]
    n_at_once: int
    seconds: float
    seconds_more: float
    most_seconds: float
    seconds_behind: float = 0.0

    @property
    def told(self) -> str:
        """What is about to be done, in sentences."""
        n_left = len(self.left)
        left = f" {count(n_left, 'file is', 'files are')} not marked." if n_left else ""
        said = f"{count(len(self.sheets), 'student')}.{left}"
        if not self.orders:
            return f"{said} Nothing is trained again."
        n = len(set(self.orders.values()))
        more = f", and up to {duration(self.seconds_more)} more for machine noise" if self.seconds_more >= 1 else ""
        apart = f" {count(len(self.untrained), 'run is', 'runs are')} not." if self.untrained else ""
        return (
            f"{said} {count(n, 'run')} will be trained again, {self.n_at_once} at a time: about "
            f"{duration(self.seconds)} here{more}.{apart}"
        )

    @property
    def told_behind(self) -> str:
        """How much longer it takes behind a class that trains, in a sentence; empty where nothing is trained."""
        if not self.orders:
            return ""
        return (
            f"If somebody trains in the lab all the while, up to about {duration(self.seconds_behind)} more: then it "
            f"trains one run at a time, and leaves the machine to them for {SHARE_SECONDS:g} s before each."
        )


def prepare(
    found: Iterable[Found],
    known: Calibration,
    *,
    wanted: Assignment | str | None = None,
    sample: float = 1.0,
    random_state: int = 0,
    most_seconds: float = MOST_SECONDS,
    n_at_once: int = 0,
) -> Prepared:
    """Read and check what was found, and choose what will be trained again.

    Parameters
    ----------
    found : iterable of Found
    known : Calibration
        Of this machine.
    wanted : Assignment, str or None
        That which is marked, or its code; None for that of most files.
    sample : float
        Share of the students whose runs are trained again, from 0 to 1; those that something is wrong with are trained
        in any case.
    random_state : int
        Of the draw.
    most_seconds : float
        What takes longer is not trained.
    n_at_once : int
        As of ``core.grading.retraining.train_all``.

    Raises
    ------
    GradingError
        If no file is a submission of the assignment.
    """
    read, left = _read(found)
    assignment = _chosen(read, wanted)
    sheets: list[Sheet] = []
    for name, told in read:
        if told.assignment.code != assignment.code:
            why = f"It is of another assignment, {told.assignment.code} (“{shortened(told.assignment.title)}”)."
            left.append(unmarked(name, why, shortened(told.student)))
            continue
        try:
            sheets.append(sheet_of(name, told, assignment))
        except AssignmentError as error:
            left.append(unmarked(name, str(error)))
    kept, later = newest(sheets)
    left += [unmarked(sheet.file, why, sheet.student) for sheet, why in later]
    compare_students(kept, own_seed=assignment.own_seed)
    kept.sort(key=lambda sheet: sheet.key)
    n_at_once = n_at_once or default_n_workers()
    prepared = Prepared(assignment, kept, left, {}, {}, n_at_once, 0.0, 0.0, most_seconds)
    _choose(prepared, known, sample, random_state)
    return prepared


def _read(found: Iterable[Found]) -> tuple[list[tuple[str, submission.Submission]], list[Row]]:
    """Submissions with the names of their files, and what is none."""
    read, left = [], []
    for one in found:
        name = shortened(one.name)
        if one.data is None:
            left.append(unmarked(name, one.why))
            continue
        try:
            read.append((name, submission.read(one.data)))
        except AssignmentError as error:
            left.append(unmarked(name, shortened(str(error))))
    return read, left


def _chosen(read: list[tuple[str, submission.Submission]], wanted: Assignment | str | None) -> Assignment:
    """The assignment that is marked."""
    if isinstance(wanted, Assignment):
        return wanted
    of_code = {told.assignment.code: told.assignment for _, told in read}
    if wanted is not None:
        if wanted not in of_code:
            there = f"There are those of {', '.join(sorted(of_code)[:10])}." if of_code else "There is none at all."
            raise GradingError(f"No submission of the assignment {wanted} is there. {there}")
        return of_code[wanted]
    if not read:
        raise GradingError("No file is a submission of the lab: their names end in .json, and a zip may hold them.")
    (code, _), *_ = Counter(told.assignment.code for _, told in read).most_common(1)
    return of_code[code]


def _choose(prepared: Prepared, known: Calibration, sample: float, random_state: int) -> None:
    """Which runs are trained again, and how long that takes."""
    keys = [sheet.key for sheet in prepared.sheets]
    n = max(0, min(len(keys), round(sample * len(keys))))
    drawn = set(random.Random(random_state).sample(keys, n))
    nudged: list[Order] = []
    here = submission.this_machine()
    for sheet, number, _ in _counting(prepared):
        place, order = (sheet.key, number), retraining.order_of(sheet.runs[number])
        is_doubted = bool(sheet.suspicions) or any(note.is_doubt for note in sheet.notes)
        seconds = retraining.seconds_of(order, known)
        if sheet.key not in drawn and not is_doubted:
            prepared.untrained[place] = "it is not in the sample."
        elif seconds > prepared.most_seconds:
            told, most = duration(min(seconds, 1e9)), duration(prepared.most_seconds)
            prepared.untrained[place] = f"it would take {told} here, and the limit is {most}."
        else:
            prepared.orders[place] = order
            if not is_same_machine(sheet.submission.machine, here):
                nudged += comparing.nudged(order)
    n_at_once, others = prepared.n_at_once, WATCH.others() if prepared.orders else 0.0
    once, again = dict.fromkeys(prepared.orders.values()), dict.fromkeys(nudged)  # equal ones are trained once
    prepared.seconds = retraining.seconds_of_all(once, known, n_at_once, others)
    prepared.seconds_more = retraining.seconds_of_all(again, known, n_at_once, others)
    behind = retraining.seconds_behind(once, known) + retraining.seconds_behind(again, known)
    prepared.seconds_behind = max(0.0, behind - prepared.seconds - prepared.seconds_more)


def _counting(prepared: Prepared) -> list[tuple[Sheet, int, RunTask]]:
    """The runs that nothing speaks against: only these are worth training."""
    return [
        (sheet, number, task)
        for sheet in prepared.sheets
        for number, task in prepared.assignment.numbered()
        if isinstance(task, RunTask) and not objections(sheet, prepared.assignment, number, task)
    ]


def mark(
    prepared: Prepared,
    *,
    niceness: int = 0,
    standing_back: StandingBack = NEVER,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Gradebook:
    """Train what was chosen, and mark everything.

    Parameters
    ----------
    prepared : Prepared
    niceness, standing_back, on_progress, should_stop
        As of ``core.grading.retraining.train_all``.

    Raises
    ------
    core.lab.jobs.JobStoppedError
        If it was asked to stop.
    """
    judged = _judged(prepared, niceness, standing_back, on_progress, should_stop)
    rows = [_row(sheet, prepared.assignment, judged) for sheet in prepared.sheets]
    return Gradebook(prepared.assignment, rows, prepared.left)


def _judged(
    prepared: Prepared,
    niceness: int,
    standing_back: StandingBack,
    on_progress: Callable[[int, int], None],
    should_stop: Callable[[], bool],
) -> dict[Place, Judged]:
    def train(orders: Iterable[Order], n_before: int) -> dict[Order, Retrained]:
        return retraining.train_all(
            orders, n_at_once=prepared.n_at_once, most_seconds=prepared.most_seconds, niceness=niceness,
            standing_back=standing_back, should_stop=should_stop,
            on_progress=lambda done, total: on_progress(n_before + done, n_before + total),
        )  # fmt: skip

    came = train(prepared.orders.values(), 0) if prepared.orders else {}
    runs = {(sheet.key, number): sheet.runs[number] for sheet, number, _ in _counting(prepared)}
    unlike = [
        order
        for place, order in prepared.orders.items()
        if not came[order].error and not comparing.is_near(runs[place], came[order])
    ]
    measured = [one for order in unlike for one in comparing.nudged(order)]
    noisy = train(measured, len(came)) if measured else {}
    noise = {
        order: comparing.noise_of(came[order], [noisy[one] for one in comparing.nudged(order)]) for order in unlike
    }
    here, judged = submission.this_machine(), {}
    for sheet, number, _ in _counting(prepared):
        place, run = (sheet.key, number), sheet.runs[number]
        order = prepared.orders.get(place)
        if order is None:
            said = f"It was not trained again: {prepared.untrained.get(place, 'it was not chosen.')}"
            judged[place] = Judged(run, None, comparing.Verdict("not trained", said))
            continue
        is_same = is_same_machine(sheet.submission.machine, here)
        verdict = comparing.compare(run, came[order], noise.get(order), is_same_machine=is_same)
        judged[place] = Judged(run, came[order], verdict, other_versions(sheet.submission.machine, here))
    return judged


def _row(sheet: Sheet, assignment: Assignment, judged: Mapping[Place, Judged]) -> Row:
    marks = []
    for number, task in assignment.numbered():
        try:
            marks.append(_mark(sheet, assignment, number, task, judged))
        except Exception as error:  # a mistake of the lab's own: the other two hundred are marked all the same
            log.exception("task %d of %s", number, sheet.file)
            said = f"The lab could not mark this: {type(error).__name__}: {shortened(str(error))}"
            marks.append(mark_of(number, task, None, said, is_doubted=True))
    return row_of(sheet.file, sheet.student, tuple(marks), tuple(_notes(sheet)), sheet.submission.content_hash)


def _notes(sheet: Sheet) -> list[Note]:
    suspicions = [
        Note(f"Task {number}: {said}", is_doubt=True, names_others=True)
        for number, all_of in sheet.suspicions.items()
        for said in all_of
    ]
    return [*sheet.notes, *suspicions]


def _mark(
    sheet: Sheet, assignment: Assignment, number: int, task: AnyTask, judged: Mapping[Place, Judged]
) -> TaskMark:
    told = sheet.submission.answers.get(number, {})
    match task:
        case RunTask():
            return run_mark(sheet, assignment, number, task, judged.get((sheet.key, number)))
        case BetTask():
            return bet_mark(sheet, assignment, number, task, judged.get((sheet.key, task.run)))
        case WordsTask():
            return words_mark(number, task, told)
        case ConvolutionTask():
            return convolution_mark(number, task, told, sheet.seed)
        case ShapeTask():
            return shapes_mark(number, task, told, sheet.seed)
        case PatientTask():
            return patient_mark(number, task, told, sheet.seed)
