"""The bank as a whole: enough votes, each wrong option with a source that exists, and what runs gives the key."""

import collections
import re

import pytest

from core.convolution.mistakes import HINTS as OF_CONVOLUTION
from core.exercises.shape_mistakes import HINTS as OF_SHAPES
from core.votes import sources
from core.votes.bank import BANK, vote, votes_of
from core.votes.vote import LESSONS, VoteError

SEEDS = range(5)
PUBLISHED = [
    value
    for name, value in vars(sources).items()
    if name.isupper() and isinstance(value, str) and name not in ("NAMED", "MEASURED", "OF_CONVOLUTION", "OF_SHAPES")
]
RUNS = [pytest.param(v, seed, id=f"{v.code}-{seed}") for v in BANK for seed in (SEEDS if v.has_luck else [0])]


def test_each_lesson_has_four_votes_or_more_and_codes_differ():
    assert len(BANK) >= 24
    assert min(collections.Counter(v.lesson for v in BANK)[lesson] for lesson in LESSONS) >= 4
    assert [v for lesson in LESSONS for v in votes_of(lesson)] == list(BANK)
    assert len({v.code for v in BANK}) == len(BANK) == len({v.question for v in BANK})
    assert all(vote(v.code) is v for v in BANK)
    with pytest.raises(VoteError, match="no vote 'nothing-1'"):
        vote("nothing-1")


def test_every_wrong_option_says_where_its_misconception_is_from():
    hints = {sources.OF_CONVOLUTION: OF_CONVOLUTION, sources.OF_SHAPES: OF_SHAPES}
    used = set()
    for v in BANK:
        for index, option in enumerate(v.options):
            if index == v.key:
                continue
            assert option.misconception
            if option.source.startswith(sources.NAMED):
                mistake, _, where = option.source.removeprefix(f"{sources.NAMED}: ").partition(" (")
                assert mistake.replace(" ", "_") in hints[where.rstrip(")")], v.code
            elif not option.source.startswith(f"{sources.MEASURED}: "):
                found = [known for known in PUBLISHED if known in option.source]
                assert len(found) == 1, (v.code, option.source)
                used |= set(found)
    assert used == set(PUBLISHED)


def test_the_right_option_has_no_place_of_its_own():
    assert len({v.key for v in BANK}) >= 3
    assert max(collections.Counter(v.key for v in BANK).values()) <= len(BANK) / 2


@pytest.mark.parametrize(("v", "seed"), RUNS)
def test_what_the_lab_runs_gives_the_key(v, seed):
    ran = v.run(seed)
    assert ran.winner == v.key
    assert ran.outcome.measured
    assert all(type(m.value) in (int, float) and m.name for m in ran.outcome.measured)
    for m in ran.outcome.measured:
        assert re.fullmatch(r"-?\d{1,3}(,\d{3})*(\.\d+)?", m.told)
        assert float(m.told.replace(",", "")) == pytest.approx(m.value, rel=1e-5, abs=0.05 if m.unit == "%" else 0)
    if v.seconds:  # a training, which is compared with a margin: two names, or more
        assert len(ran.outcome.measured) >= 2
        best, second = sorted((m.value for m in ran.outcome.measured), reverse=True)[:2]
        assert best - second > 5


@pytest.mark.parametrize("v", [v for v in BANK if not v.has_luck], ids=lambda v: v.code)
def test_without_luck_the_seed_changes_no_answer(v):
    assert v.run(3).winner == v.key
