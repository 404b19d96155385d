"""A class's run that a student has trained in a lab of their own comes back to the room: what may be kept of it."""

from functools import lru_cache
from urllib.parse import urlsplit

from core.lab.version import LAB_VERSION
from core.rooms import deal, handed
from core.runs.store import open_run
from core.specs import RunSpec
from core.together.own_result import OwnResult, key_of, read
from core.together.packed import HandInError
from core.together.ticket import Ticket


def ticket_for(code: str, person: str, held: deal.Hand, address: str) -> Ticket:
    """What a seat takes along to a lab of its own.

    Parameters
    ----------
    held : Hand
        What the seat holds, not begun yet.
    address : str
        Of any page of this lab, as the person's browser has it.

    Raises
    ------
    RoomError
        If the deal is over, or the person holds none of its runs.
    RunNotFoundError
        If the run was deleted.
    """
    part, secret = handed.secret(code, person, held.number)
    here = urlsplit(address)
    return Ticket(
        f"{here.scheme}://{here.netloc}", code, held.number, part, secret, held.title, held.label,
        open_run(held.run_id).spec,
    )  # fmt: skip


def take(code: str, text: str) -> tuple[str, OwnResult]:
    """Check a result that came by an address, and keep it; nothing is trained and nothing of it is run.

    Parameters
    ----------
    code : str
        The room that the address names.
    text : str

    Returns
    -------
    name : str
        What it is of, such as ``"learning rate 0.01"``.
    result : OwnResult

    Raises
    ------
    HandInError, RoomError, RunNotFoundError
        If it can't be kept; the sentence says what is wrong, and what to do.
    """
    claim, result = read(text)
    if claim.code != code:
        raise HandInError(f"This result is for the room “{claim.code}”, and the link leads to “{code}”.")
    check(result, open_run(handed.run_id(claim)).spec)
    return handed.keep(claim, text), result


def results_of(code: str, teacher: str) -> dict[str, OwnResult]:
    """What was handed in of the room's deal: a run's id to its result."""
    return {run_id: kept(text) for run_id, text in handed.results(code, teacher).items()}


@lru_cache(maxsize=200)
def kept(text: str) -> OwnResult:
    """A result as the room keeps it; a wall that polls reads it once."""
    return read(text)[1]


def check(result: OwnResult, spec: RunSpec) -> None:
    """Raise ``HandInError`` unless a result can be of these settings."""
    if result.key != key_of(spec):
        versions = "" if result.lab == LAB_VERSION else f" Your lab has version {result.lab}, this one {LAB_VERSION}."
        raise HandInError(
            f"The result has other settings than the run that was dealt.{versions} Open your lab by the link on your "
            "phone, and change nothing."
        )
    if (result.n_threads, result.precision) != (spec.threads_at(0), spec.precision):
        raise HandInError("The result was trained with other threads or other arithmetic than the run that was dealt.")
    if result.status == "diverged":
        return
    if len(result.epochs) != spec.n_epochs or result.n_steps < spec.n_epochs:
        raise HandInError(f"The result has {len(result.epochs)} of {spec.n_epochs} epochs. Train it to its end.")
    shares = [result.test_accuracy] + [each[name] for each in result.epochs for name in each if "accuracy" in name]
    if result.n_judged < 1 or not all(0 <= share <= 1 for share in shares):
        raise HandInError("The result has an accuracy that none can be: it lies between 0 and 1.")
    last = result.losses[-max(1, result.n_steps // 5) :]
    if not result.is_thinned and sum(last) / len(last) != result.end_loss:
        raise HandInError("The result's mean loss is not that of its losses. Open the link in your lab again.")
