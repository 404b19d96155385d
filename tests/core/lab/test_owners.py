"""core/lab/owners: whose something is, and that nobody gets by with anything but the person's own key."""

import pytest

from core.lab.owners import belongs_to, owner_mark


def test_a_mark_belongs_to_the_one_key_that_made_it():
    mark = owner_mark("ann")
    assert belongs_to(mark, "ann")
    assert not belongs_to(mark, "bob")
    assert not belongs_to(mark, "Ann")
    assert "ann" not in mark


@pytest.mark.parametrize("mark", [None, "", 3, [], {}, "ann", "é", owner_mark("ann")[:-1], owner_mark("ann").encode()])
def test_what_a_torn_or_made_up_file_says_belongs_to_nobody(mark):
    assert not belongs_to(mark, "ann")


def test_an_empty_key_owns_nothing():
    assert not belongs_to(owner_mark(""), "")
    assert not belongs_to("", "")
