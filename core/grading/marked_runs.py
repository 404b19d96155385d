"""Points of runs and of bets on them, by what came out where they were trained again."""

import datetime
from dataclasses import dataclass

from core import datasets
from core.assignments import locks
from core.assignments.assignment import Assignment
from core.assignments.tasks import BetTask, RunTask
from core.grading.checks import Sheet
from core.grading.claims import ClaimedRun, Epoch, shortened
from core.grading.comparing import Verdict, interval_told
from core.grading.retraining import Retrained
from core.grading.task_mark import TaskMark, mark_of
from core.lab.errors import ChalknetError
from core.lab.rates import Rate
from core.receipts.receipt import script
from core.runs.bet_verdicts import accuracy_verdict, bet_told, curve_verdict
from core.runs.bets import AccuracyBet, CurveBet
from core.specs import RunSpec

_NETWORKS = {"perceptron": "mlp", "cnn": "cnn"}  # of the pages whose runs a task can ask for
_TITLES = {"perceptron": "the multi-layer perceptron of Question 1", "cnn": "the CNN of Question 3"}
_HALF = 0.5  # of the points: an honest run below the goal
_BET_SECONDS = 10.0  # between the bet and the run's folder, which appear together


@dataclass(frozen=True)
class Judged:
    """A run with what is known of it.

    Attributes
    ----------
    run : ClaimedRun
    came : Retrained or None
        None where it was not to be trained.
    verdict : Verdict
        Of the comparison, or why there is none.
    other_versions : str
        In which versions of torch and of the lab it was made, as a sentence; empty where these are the same.
    """

    run: ClaimedRun
    came: Retrained | None
    verdict: Verdict
    other_versions: str = ""

    @property
    def was_trained(self) -> bool:
        """Whether there is something that came out."""
        return self.came is not None and not self.came.error

    @property
    def epochs(self) -> tuple[Epoch, ...]:
        """What came out, else what was claimed."""
        return self.came.epochs if self.came is not None and not self.came.error else self.run.epochs


def objections(sheet: Sheet, assignment: Assignment, number: int, task: RunTask) -> list[str]:
    """Why a run does not count, a sentence each; empty where it does. Needs no training."""
    if number in sheet.wrong_runs:
        return [sheet.wrong_runs[number]]
    run = sheet.runs.get(number)
    if run is None:
        return ["No run was handed in."]
    spec = run.spec
    if spec.task != "train" or spec.model.kind != _NETWORKS[task.page]:
        return [f"It is a run of another kind ({spec.task}, {spec.model.title}); asked for was {_TITLES[task.page]}."]
    found = [*locks.broken(assignment, sheet.seed, spec), *_too_many(spec)]
    if not run.epochs:
        found.append("It has no epoch.")
    return found


def _too_many(spec: RunSpec) -> list[str]:
    """Where a run would have more pictures than there are, a sentence each."""
    try:
        info = datasets.info(spec.data.dataset)
    except ChalknetError:  # of another lab: nothing is known of it
        return []
    if not info.present:
        return []
    n_train, n_test = spec.data.wanted
    of_training = "n_train" if spec.data.judged_on == "test" else "n_train with n_test"
    numbers = ((of_training, n_train, info.n_train), ("n_test", n_test, info.n_test))
    return [f"{name} is {n:,}; {info.title} has {most:,}." for name, n, most in numbers if n > most]


def run_mark(sheet: Sheet, assignment: Assignment, number: int, task: RunTask, judged: Judged | None) -> TaskMark:
    """All points where the goal is reached, half of them where a run went through below it.

    Parameters
    ----------
    sheet : Sheet
    assignment : Assignment
    number : int
    task : RunTask
    judged : Judged or None
        None where it was not looked at, as it does not count.
    """
    # Who has copied and who was copied can't be told: that costs nobody points, and the teacher is told
    against, is_suspect = objections(sheet, assignment, number, task), number in sheet.suspicions
    if against or judged is None:
        is_doubted = is_suspect or number in sheet.wrong_runs
        return mark_of(number, task, 0.0, " ".join(against), is_doubted=is_doubted)
    run, verdict = judged.run, judged.verdict
    said = [verdict.said, *about_the_receipt(run)]
    if verdict.kind == "differs" and not judged.other_versions:
        return mark_of(number, task, 0.0, " ".join(said), is_doubted=True)
    share, reason = _by_the_goal(task, judged)
    if verdict.kind == "differs":  # what came out counts, and that is nobody's claim
        return mark_of(number, task, share, " ".join([reason, *said, judged.other_versions]), is_doubted=True)
    is_open = judged.was_trained and share < 1 and _reaches(task, run.last)
    if is_open:
        said.append("The claim reaches the goal, what came out here does not: look at it.")
    return mark_of(number, task, share, " ".join([reason, *said]), is_doubted=is_open or is_suspect or verdict.is_odd)


def _by_the_goal(task: RunTask, judged: Judged) -> tuple[float, str]:
    """Of the points, and why."""
    run, last = judged.run, judged.epochs[-1]
    by = "as it came out here" if judged.was_trained else "by its own claim"
    status = judged.came.status if judged.came is not None and not judged.came.error else run.status
    if status == "diverged":
        return 0.0, f"It diverged, {by}: there is nothing to hold against the goal."
    went_through = run.status == "done"
    told = _told(task, judged)
    if task.goal is None:
        if went_through:
            return 1.0, f"It went through, with {told}."
        return 0.0, f"It did not go through: {shortened(run.status) or 'it has no status'}, with {told}, {by}."
    if _reaches(task, last):
        return 1.0, f"The goal is reached: {told}, {by}; {_goal(task)}."
    if went_through:
        return _HALF, f"It went through below the goal: {told}, {by}; {_goal(task)}. Half of the points."
    return 0.0, f"It was ended before its last epoch, below the goal: {told}, {by}; {_goal(task)}."


def _reaches(task: RunTask, last: Epoch | None) -> bool:
    if last is None or task.goal is None:
        return False
    return last.train_loss <= task.goal if task.metric == "train_loss" else last.test_accuracy >= task.goal


def _goal(task: RunTask) -> str:
    if task.goal is None:
        return ""
    return f"asked for was {f'{task.goal:g} at most' if task.metric == 'train_loss' else f'{task.goal:.1%} at least'}"


def _told(task: RunTask, judged: Judged) -> str:
    last = judged.epochs[-1]
    if task.metric == "train_loss":
        return f"training loss {last.train_loss:.4g}"
    n = judged.came.n_judged if judged.came is not None else 0
    return f"test accuracy {interval_told(last, n or judged.run.n_judged or 0)}"


def about_the_receipt(run: ClaimedRun) -> list[str]:
    """A sentence where the receipt is not what this lab writes for the spec; its text is compared, never run."""
    if not run.receipt:
        return ["There is no receipt."]
    try:
        written = (script(run.spec), script(run.spec, n_steps=run.n_steps))
    except ChalknetError as error:  # of pictures that are not here
        return [f"Its receipt could not be compared: {error}"]
    if run.receipt in written:
        return []
    return ["Its receipt is not the script that this lab gives for its settings; it was not run."]


def bet_mark(sheet: Sheet, assignment: Assignment, number: int, task: BetTask, judged: Judged | None) -> TaskMark:
    """All points for a bet that was there before the run's first batch; how far off it was costs nothing."""
    run = sheet.runs.get(task.run)
    of = assignment.tasks[task.run - 1]
    if run is None or not isinstance(of, RunTask):
        return mark_of(number, task, 0.0, f"There is no run of task {task.run} that it could stand on.")
    against = objections(sheet, assignment, task.run, of)
    if against:
        return mark_of(number, task, 0.0, f"The run of task {task.run} does not count, so nor does a bet on it.")
    if run.bet_trouble or run.bet is None:
        return mark_of(number, task, 0.0, f"No bet was made on the run. {run.bet_trouble}".strip(), words=run.why)
    if not isinstance(run.bet, CurveBet | AccuracyBet):
        return mark_of(number, task, 0.0, "What was bet is nothing that a single run can show.", words=run.why)
    told = f"{_bet_told(run.bet)} {_how_far(run.bet, judged or Judged(run, None, Verdict('not trained', '')))}".strip()
    if run.bet_made is None or run.created is None:
        return mark_of(number, task, 0.0, f"When it was made is not told. {told}", words=run.why, is_doubted=True)
    after = run.bet_made - run.created
    if abs(after) > _BET_SECONDS:
        when = _clock(run.bet_made)
        said = f"It was made {abs(after):,.0f} s {'after' if after > 0 else 'before'} the run was asked for{when}."
        return mark_of(number, task, 0.0, f"{said} {told}", words=run.why, is_doubted=True)
    return mark_of(number, task, 1.0, f"Made before the run's first batch. {told}", words=run.why)


def _bet_told(bet: CurveBet | AccuracyBet) -> str:
    try:
        return bet_told(bet)
    except (TypeError, ValueError, OverflowError):  # numbers that nobody can write
        return "The bet has numbers that can't be told."


def _how_far(bet: CurveBet | AccuracyBet, judged: Judged) -> str:
    try:
        if isinstance(bet, CurveBet):
            return curve_verdict(bet, [{"epoch": e.number, "train_loss": e.train_loss} for e in judged.epochs])
        n = judged.came.n_judged if judged.was_trained and judged.came is not None else judged.run.n_judged
        last = judged.epochs[-1] if judged.epochs and judged.run.status == "done" else None
        is_known = last is not None and n and 0 <= last.test_accuracy <= 1
        return accuracy_verdict(bet, Rate.of(last.test_accuracy, n) if is_known and last is not None and n else None)
    except (TypeError, ValueError, OverflowError):
        return ""


def _clock(seconds: float) -> str:
    try:
        return f", at {datetime.datetime.fromtimestamp(seconds):%Y-%m-%d %H:%M:%S}"
    except (ValueError, OverflowError, OSError):
        return ""
