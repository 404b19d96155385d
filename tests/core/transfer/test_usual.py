"""Which classes an untouched page of Question 5 learns from, and which it learns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.transfer.usual import source_classes, target_classes

NAMES = st.lists(st.text(min_size=1, max_size=4), min_size=2, max_size=60, unique=True)


@given(NAMES)
def test_what_is_learnt_is_new_where_there_are_enough_classes(names):
    source = source_classes(names)
    target = target_classes(names, source)
    assert 2 <= len(source) <= len(names)
    assert 2 <= len(target) <= 20
    assert set(source) | set(target) <= set(names)
    if len(names) >= 5:
        assert not set(source) & set(target)


@given(NAMES, st.data())
def test_whatever_was_seen_two_classes_are_left_to_learn(names, draw):
    seen = draw.draw(st.sets(st.sampled_from(names)))
    target = target_classes(names, seen)
    assert len(target) >= 2
    assert target == [name for name in names if name in target]  # in the order of the data set


@pytest.mark.parametrize(("n", "n_source"), [(2, 2), (3, 3), (4, 2), (5, 3), (10, 6), (100, 60)])
def test_six_of_ten(n, n_source):
    assert source_classes([str(k) for k in range(n)]) == [str(k) for k in range(n_source)]
