"""What is remembered stays within its bound, and the least used goes first."""

import threading
from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from core.lab.remembered import Remembered


def test_the_least_used_is_let_go():
    kept = Remembered(3)
    for name in "abc":
        kept.put(name, name.upper())
    assert kept.get("a") == "A"
    kept.put("d", "D")
    assert [kept.get(name) for name in "abcd"] == ["A", None, "C", "D"]
    kept.forget("c")
    kept.forget("c")
    assert (kept.get("c"), len(kept)) == (None, 2)


def test_what_is_heavier_than_the_bound_is_not_kept():
    kept = Remembered(10)
    kept.put("large", 1, weight=11)
    assert (kept.get("large"), len(kept)) == (None, 0)
    kept.put("small", 2, weight=10)
    assert kept.get("small") == 2


def test_what_is_made_is_made_once_for_all_threads():
    kept, made, together = Remembered(2), [], threading.Barrier(8)

    def make():
        made.append(object())
        return made[-1]

    def ask(_):
        together.wait(30)
        return kept.get_or_make("a", make)

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(ask, range(8))) == set(made)
    assert len(made) == 1
    kept.put("b", 1)
    assert kept.get_or_make("a", make) is made[0]  # used just now, so b goes first
    kept.put("c", 1)
    assert (kept.get("a"), kept.get("b")) == (made[0], None)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 20))))
def test_the_bound_holds_and_the_last_one_is_right(puts):
    kept, weights = Remembered(30), {}
    for key, weight in puts:
        kept.put(key, (key, weight), weight=weight)
        weights[key] = weight
        assert kept.get(key) == (key, weight)
        assert sum(weights[k] for k in weights if kept.get(k) is not None) <= 30
        assert all(kept.get(k) in (None, (k, weights[k])) for k in weights)
