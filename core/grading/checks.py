"""What can be said of a submission without training anything: hash, seed, time, version, and who else has the same."""

import datetime
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.assignments.assignment import Assignment, AssignmentError
from core.assignments.submission import Submission
from core.assignments.variant import seed_of
from core.grading.claims import ClaimedRun, ClaimError, read_run, shortened
from core.lab.version import LAB_VERSION
from core.lab.words import duration


@dataclass(frozen=True)
class Note:
    """Something to know of a submission.

    Attributes
    ----------
    text : str
        A sentence.
    is_doubt : bool
        Whether the teacher should look at it.
    names_others : bool
        Whether it is for the teacher alone, as it says something of another student.
    """

    text: str
    is_doubt: bool = False
    names_others: bool = False


@dataclass
class Sheet:
    """A submission while it is marked.

    Attributes
    ----------
    file : str
        The name that it was found under.
    submission : Submission
    student : str
        As it can be written.
    seed : int
        Of the assignment and the student, whatever the file says.
    runs : dict of int to ClaimedRun
        Number of a task to its run.
    wrong_runs : dict of int to str
        Number of a task to why its run can't be read.
    notes : list of Note
    suspicions : dict of int to list of str
        Of runs that somebody else has handed in too: number of the task to sentences.
    """

    file: str
    submission: Submission
    student: str
    seed: int
    runs: dict[int, ClaimedRun] = field(default_factory=dict)
    wrong_runs: dict[int, str] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    suspicions: dict[int, list[str]] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Equal for one student."""
        return self.student.casefold()

    @property
    def made(self) -> float:
        """When, in seconds since 1970; minus infinity where it does not say."""
        made = self.submission.made
        return made if math.isfinite(made) else -math.inf


def sheet_of(file: str, submission: Submission, assignment: Assignment) -> Sheet:
    """Read the runs of a submission, and note what can be seen in it alone.

    Raises
    ------
    AssignmentError
        If its name is none that a seed can be made of.
    """
    try:
        seed = seed_of(assignment, submission.student)
    except UnicodeEncodeError as error:
        raise AssignmentError("The student's name has letters that can't be written.") from error
    sheet = Sheet(file, submission, shortened(submission.student), seed)
    for number, _ in assignment.numbered():
        if number in submission.runs:
            try:
                sheet.runs[number] = read_run(submission.runs[number])
            except ClaimError as error:
                sheet.wrong_runs[number] = str(error)
    sheet.notes = _notes(sheet, assignment)
    return sheet


def _notes(sheet: Sheet, assignment: Assignment) -> list[Note]:
    submission, found = sheet.submission, []
    if not submission.is_whole:
        said = "The file was changed after the lab has made it: its hash is not that of its content."
        found.append(Note(said, is_doubt=True))
    if submission.seed != sheet.seed:
        said = f"The file says seed {str(submission.seed)[:20]}; the seed of this name is {sheet.seed}, which counts."
        found.append(Note(said, is_doubt=True))
    lab = submission.machine.get("lab")
    if lab != LAB_VERSION:
        version = shortened(str(lab))[:20] if lab else "an unknown version"
        found.append(Note(f"Made with {version} of the lab; this one is {LAB_VERSION}."))
    late = _late(submission.made, assignment)
    return [*found, Note(late)] if late else found


def _late(made: float, assignment: Assignment) -> str:
    """How late it was made; empty where it was not."""
    ends = assignment.ends
    if ends is None:
        return ""
    try:
        when = datetime.datetime.fromtimestamp(made, ends.tzinfo)
        seconds = (when - ends).total_seconds()
    except (ValueError, OverflowError, OSError):
        return "When it was made can't be told, so nor whether it was late."
    if seconds <= 0:
        return ""
    days = f"{seconds / 86_400:.1f} days" if seconds > 2 * 86_400 else duration(seconds)
    return f"Late by {days}: made {when:%Y-%m-%d %H:%M}, by the clock of the machine that made it."


def newest(sheets: Sequence[Sheet]) -> tuple[list[Sheet], list[tuple[Sheet, str]]]:
    """The last file of each student, and the others with the reason why they don't count."""
    of_student: dict[str, list[Sheet]] = defaultdict(list)
    for sheet in sheets:
        of_student[sheet.key].append(sheet)
    kept, left = [], []
    for files in of_student.values():
        *earlier, last = sorted(files, key=lambda sheet: sheet.made)
        kept.append(last)
        for sheet in earlier:
            same = sheet.submission.hash == last.submission.hash and sheet.submission.is_whole
            why = "The same file is there twice" if same else "The same student has handed in a later file"
            left.append((sheet, f"{why}; {last.file} counts."))
        others = [sheet.file for sheet in earlier if sheet.submission.hash != last.submission.hash]
        if others:
            last.notes.append(Note(f"There is an earlier file of the same student: {', '.join(others)}."))
    return kept, left


def compare_students(sheets: Sequence[Sheet], *, own_seed: bool) -> None:
    """Note, with both of them, where two students have handed in the same run.

    Parameters
    ----------
    sheets : sequence of Sheet
        One of each student.
    own_seed : bool
        Whether each student's runs have a seed of their own.
    """
    placed = [(sheet, number, run) for sheet in sheets for number, run in sheet.runs.items()]
    seeds = {sheet.seed: sheet for sheet in sheets}
    by_id: dict[str, list[tuple[Sheet, int, ClaimedRun]]] = defaultdict(list)
    by_curve: dict[str, list[tuple[Sheet, int, ClaimedRun]]] = defaultdict(list)
    for one in placed:
        sheet, number, run = one
        if run.id:
            by_id[run.id].append(one)
        if any(math.isfinite(epoch.train_loss) for epoch in run.epochs):
            by_curve[run.curve].append(one)
        owner = seeds.get(run.spec.random_state)
        if own_seed and owner is not None and owner is not sheet and run.spec.random_state != sheet.seed:
            _suspect(sheet, number, f"The run was trained with the seed of {owner.student}.")
    for group in by_id.values():
        _tell_each_other(group, "The very same run (by its id) was handed in by {names}.")
    for group in by_curve.values():
        # Equal specs have equal losses, and honest students without a seed of their own have equal specs
        if len({_decides_losses(run) for _, _, run in group}) > 1:
            _tell_each_other(group, "Losses of {names} are the same to the last bit, with other settings.")


def _decides_losses(run: ClaimedRun) -> str:
    """The settings without which no two runs have equal losses."""
    spec = run.spec
    return f"{spec.random_state} {spec.batch_size} {spec.data!r} {spec.model!r} {spec.optimizer!r}"


def _tell_each_other(group: Sequence[tuple[Sheet, int, ClaimedRun]], said: str) -> None:
    for sheet, number, _ in group:
        names = sorted({other.student for other, _, _ in group if other is not sheet})
        if names:
            _suspect(sheet, number, said.format(names=", ".join(names)))


def _suspect(sheet: Sheet, number: int, said: str) -> None:
    sheet.suspicions.setdefault(number, []).append(said)


def other_versions(machine: Mapping[str, object], here: Mapping[str, object]) -> str:
    """In which versions a file says that it was made, as a sentence where these are not the lab's own."""
    others = [
        f"{name} {shortened(str(machine.get(name)))[:20]} and not {here.get(name)}"
        for name in ("torch", "lab")
        if machine.get(name) != here.get(name)
    ]
    return f"It was made with {', '.join(others)}, which may be why." if others else ""


def is_same_machine(machine: Mapping[str, object], here: Mapping[str, object]) -> bool:
    """Whether losses have to be the same to the last bit, as far as the file says where it was made."""
    return all(machine.get(name) == here.get(name) for name in ("processor", "torch", "lab", "system"))
