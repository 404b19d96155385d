"""Points of what is answered on the page: exercises by computing them with the student's seed, words by a teacher."""

from collections.abc import Mapping
from typing import Any

from core.assignments import variant
from core.assignments.tasks import MOST_LETTERS, ConvolutionTask, PatientTask, ShapeTask, WordsTask
from core.clinic.cases import DISEASES
from core.convolution.exercises import Exercise, Place
from core.convolution.inputs import ConvolutionError, parse_number
from core.convolution.mistakes import HINTS, TOLERANCE, recognise
from core.exercises.answers import AnswerError, read_count, read_shape
from core.exercises.shape_mistakes import Verdict, check_count, check_shape
from core.exercises.shapes import Task
from core.grading.claims import writable
from core.grading.task_mark import Part, TaskMark, mark_of
from core.lab.words import count

_MOST_CELL = 200  # letters of an answer in a cell
_NONE, _UNREAD, _NO_NUMBER = "No answer.", "It can't be read.", "It can't be read as a number."


def words_mark(number: int, task: WordsTask, told: Mapping[str, Any]) -> TaskMark:
    """Nothing, and for the teacher; without a text nothing is to be marked."""
    text = told.get("text")
    words = writable(text.strip()[: MOST_LETTERS + 1]) if isinstance(text, str) else ""
    if not words:
        return mark_of(number, task, 0.0, _NONE)
    if len(words) > MOST_LETTERS:
        words = f"{words[:MOST_LETTERS]}…"
        return mark_of(number, task, None, f"Longer than the {MOST_LETTERS:,} letters that are allowed.", words=words)
    return mark_of(number, task, None, "", words=words)


def convolution_mark(number: int, task: ConvolutionTask, told: Mapping[str, Any], seed: int) -> TaskMark:
    """Each blank cell counts alike."""
    exercise = variant.exercise_of(task, seed, number)
    texts = _texts(told.get("cells"))
    given = {place: texts.get(f"{place[0]},{place[1]}", "") for place in exercise.blanks}
    numbers: dict[Place, float] = {}
    for place, text in given.items():
        try:
            numbers[place] = parse_number(text)
        except ConvolutionError:
            continue
    parts = tuple(_cell(exercise, place, text, numbers) for place, text in given.items())
    return _of_parts(number, task, parts, "cell")


def _cell(exercise: Exercise, place: Place, text: str, numbers: Mapping[Place, float]) -> Part:
    name, right = f"row {place[0] + 1}, column {place[1] + 1}", float(exercise.right[place])
    if place not in numbers:
        return Part(name, text, False, f"{_NO_NUMBER if text.strip() else _NONE} It is {right:.6g}.")
    if abs(numbers[place] - right) <= TOLERANCE:
        return Part(name, text, True)
    kind = recognise(exercise.mistakes, dict(numbers), place)
    return Part(name, text, False, f"It is {right:.6g}. {HINTS[kind] if kind else ''}".strip())


def shapes_mark(number: int, task: ShapeTask, told: Mapping[str, Any], seed: int) -> TaskMark:
    """Each shape and each number of parameters counts alike."""
    network = variant.network_of(task, seed, number)
    shapes, counts = _listed(told.get("shape")), _listed(told.get("count"))
    parts = []
    for index, row in enumerate(network.rows):
        right = ", ".join(map(str, row.shape))
        parts.append(_shape(network, index, f"{row.name}: shape", _at(shapes, index), right))
        parts.append(_count(network, index, f"{row.name}: parameters", _at(counts, index), f"{row.n_parameters:,}"))
    return _of_parts(number, task, tuple(parts), "answer")


def _shape(network: Task, index: int, name: str, text: str, right: str) -> Part:
    try:
        shape = read_shape(text, n_axes=len(network.rows[index].shape), batch_size=network.batch_size)
    except AnswerError:
        return _unread(name, text, right)
    return _judged(name, text, right, check_shape(network, index, shape))


def _count(network: Task, index: int, name: str, text: str, right: str) -> Part:
    try:
        n = read_count(text)
    except AnswerError:
        return _unread(name, text, right)
    return _judged(name, text, right, check_count(network, index, n))


def _unread(name: str, text: str, right: str) -> Part:
    return Part(name, text, False, f"{_UNREAD if text.strip() else _NONE} It is {right}.")


def _judged(name: str, text: str, right: str, verdict: Verdict) -> Part:
    hint = verdict.hint.removeprefix("Not yet. ")  # which is said to who can try again
    return Part(name, text, verdict.is_right, "" if verdict.is_right else f"It is {right}. {hint}".strip())


def patient_mark(number: int, task: PatientTask, told: Mapping[str, Any], seed: int) -> TaskMark:
    """All points for the right disease; the evidence is shown to the teacher."""
    case = variant.patient(task, seed, number).case
    named, evidence = told.get("disease"), told.get("evidence")
    words = writable(evidence.strip()[:MOST_LETTERS]) if isinstance(evidence, str) else ""
    named = named if isinstance(named, str) else ""
    if named == case.name:
        return mark_of(number, task, 1.0, f"Right: {DISEASES[case.name]}. {case.why}", words=words)
    said = f"Named was: {DISEASES[named]}." if named in DISEASES else "No disease of the clinic was named."
    return mark_of(number, task, 0.0, f"{said} It is: {DISEASES[case.name]}. {case.why}", words=words)


def _of_parts(number: int, task: ConvolutionTask | ShapeTask, parts: tuple[Part, ...], one: str) -> TaskMark:
    n_right = sum(part.is_right for part in parts)
    reason = f"{n_right:,} of {count(len(parts), one)} right."
    return mark_of(number, task, n_right / len(parts), reason, parts=parts)


def _texts(told: object) -> dict[str, str]:
    """Cells with what was typed; numbers count as their text."""
    return {str(key): _typed(value) for key, value in told.items()} if isinstance(told, dict) else {}


def _listed(told: object) -> list[str]:
    return [_typed(one) for one in told] if isinstance(told, list) else []


def _at(texts: list[str], index: int) -> str:
    return texts[index] if index < len(texts) else ""


def _typed(value: object) -> str:
    if isinstance(value, str):
        return writable(value[:_MOST_CELL])
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return repr(value)[:_MOST_CELL] if isinstance(value, float) or abs(value) < 10**18 else "a number that is too large"
