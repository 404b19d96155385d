"""core/lab/limits and presence: what one person may have, and who is here."""

import pytest

from core.lab.limits import HALL, LAPTOP, LimitError
from core.lab.owners import owner_mark
from core.lab.presence import Presence


def test_a_laptop_refuses_nobody():
    LAPTOP.check_members(500, 500)
    LAPTOP.check_disk(10**12)
    LAPTOP.check_upload(500_000_000)


def test_a_hall_says_how_much_one_person_may_have_and_what_to_do():
    HALL.check_members(100, 0)
    with pytest.raises(LimitError, match=r"has 101 runs; in a hall one person may have 100 under way\. Choose fewer"):
        HALL.check_members(101, 0)
    with pytest.raises(LimitError, match=r"has 99 runs, 2 runs of another one still train"):
        HALL.check_members(99, 2)
    HALL.check_disk(1_000_000_000)
    with pytest.raises(LimitError, match=r"take 1,001 MB .* may have 1,000 MB\. Delete some on the page Runs"):
        HALL.check_disk(1_001_000_000)
    with pytest.raises(LimitError, match=r"has 201 MB; allowed are 200 MB"):
        HALL.check_upload(201_000_000)


def test_who_has_not_been_seen_is_away_since_the_lab_began():
    now = [100.0]
    presence = Presence(lambda: now[0])
    now[0] = 130.0
    presence.note("ann")
    presence.note("")
    now[0] = 150.0
    assert presence.seconds_away(owner_mark("ann")) == 20
    assert presence.seconds_away(owner_mark("bob")) == 50
    presence.note("ann")
    assert presence.seconds_away(owner_mark("ann")) == 0
