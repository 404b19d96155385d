"""Rooms that stand still at what a class meets one after the other: a vote, its answer, runs that were dealt, bets."""

from core import runs
from core.engine.worker import execute
from core.rooms import bet, deal, room, seat
from core.rooms.ballot import SECOND, SHOWN, TALK
from core.rooms.bet import REVEALED, TRAINS
from core.rooms.work import work_of
from core.runs import experiments
from core.runs.bets import CurveBet
from core.specs import RunSpec
from core.together import class_bets
from core.together.kinds import LEARNING_RATE
from core.votes import bank
from core.votes.vote import Vote
from pages.room.bank import ballot_of

OTHERS = [f"{k:032x}" for k in range(900, 905)]
STATES = ("a vote", "discussion", "shown", "runs", "bets", "bets and the run", "nothing asked")


def longest() -> Vote:
    """Of the lab's votes the one with most to read."""
    return max(bank.BANK, key=lambda vote: len(vote.question) + sum(len(option.text) for option in vote.options))


def fill_rooms(teacher: str, student: str, spec: RunSpec) -> dict[str, str]:
    """Open and fill one room a state; returns their codes.

    Parameters
    ----------
    spec : RunSpec
        What is trained where something is.
    """
    codes = {state: room.open_room(teacher) for state in STATES}
    for code in codes.values():
        for k, person in enumerate([student, *OTHERS]):
            seat.join(code, person, ("Grace", "", "Ada Lovelace the First")[k % 3])
        room.show_names(code, teacher, True)
    for state in ("a vote", "discussion", "shown"):
        _vote(codes[state], teacher, state, student)
    _runs(codes["runs"], teacher, student, spec)
    for state in ("bets", "bets and the run"):
        _bets(codes[state], teacher, state, student, spec)
    return codes


def _vote(code: str, teacher: str, state: str, student: str) -> None:
    vote = longest()
    room.ask(code, teacher, ballot_of(vote))
    for k, person in enumerate(OTHERS):
        seat.answer(code, person, 1, k % len(vote.options))
    if state == "a vote":
        return
    seat.answer(code, student, 1, 0)
    room.go_on(code, teacher, TALK)
    if state == "shown":
        room.go_on(code, teacher, SECOND)
        for person in OTHERS:
            seat.answer(code, person, 1, vote.key)
        room.go_on(code, teacher, SHOWN)


def _runs(code: str, teacher: str, student: str, spec: RunSpec) -> None:
    """Two are over, one of them diverged or near it; the student's waits for a press."""
    kind = LEARNING_RATE
    members = kind.members(spec, kind.values(len(OTHERS) + 1))
    made = experiments.create(
        kind.experiment, members, settings=kind.settings(spec, len(members)), page=kind.page, owner=teacher
    )
    parts = [(kind.label(labels), run.id) for (labels, _), run in zip(members, made.runs, strict=True)]
    number = deal.deal(code, teacher, kind.word, made.id, parts)
    for person in (OTHERS[0], OTHERS[-1]):
        execute(str(runs.open_run(deal.press(code, person, number)).folder))


def _bets(code: str, teacher: str, state: str, student: str, spec: RunSpec) -> None:
    run = class_bets.begin(code, teacher, spec, page="perceptron", title="MLP")
    work = work_of(code, teacher)
    assert work is not None
    for k, person in enumerate(OTHERS if state == "bets" else [student, *OTHERS]):
        falls = tuple(2.2 - 0.1 * k * epoch / spec.n_epochs for epoch in range(1, spec.n_epochs + 1))
        class_bets.place(code, person, work.number, CurveBet(tuple(range(1, spec.n_epochs + 1)), falls))
    if state == "bets and the run":
        bet.go_on(code, teacher, TRAINS)
        execute(str(run.folder))
        bet.go_on(code, teacher, REVEALED)
