"""How a class has voted, as bars: the first round, and the second below it."""

from html import escape

import streamlit as st

from core.rooms.ballot import Ballot

LETTERS = "ABCDEF"


def vote_bars(ballot: Ballot, first: tuple[int, ...], second: tuple[int, ...]) -> None:
    """Draw them; the right option is marked in words as well."""
    rounds = [("first", first), *([("second", second)] if any(second) else [])]
    rows = []
    for i, option in enumerate(ballot.options):
        is_right = i == ballot.right
        lines = "".join(_line(name, votes, i, named=len(rounds) > 1) for name, votes in rounds)
        mark, kind = (" <b>right</b>", " is-right") if is_right else ("", "")
        told = f'<div class="option"><b>{LETTERS[i]}</b> {escape(option)}{mark}</div>'
        rows.append(f'<div class="row{kind}" role="listitem">{told}{lines}</div>')
    st.html(f'<div class="votes" role="list">{"".join(rows)}</div>{_STYLE}')


def _line(name: str, votes: tuple[int, ...], i: int, *, named: bool) -> str:
    n, total = votes[i], sum(votes)
    share = n / total if total else 0.0
    told = f"{n} of {total}"
    return (
        f'<div class="line {name}">{f"<span class=name>{name}</span>" if named else ""}'
        f'<span class="track"><span class="bar" style="width: {100 * share:.1f}%"></span></span>'
        f'<span class="n">{told}</span></div>'
    )


_STYLE = """<style>
.votes { display: grid; gap: 0.5rem; max-width: 60rem; line-height: 1.2; }
.votes .option { font-size: 1.1rem; margin-bottom: 0.1rem; overflow-wrap: anywhere; }
.votes .is-right .option > b:last-child { color: light-dark(#0a6b52, #7fdcbb); }
.votes .line { display: flex; align-items: center; gap: 0.6rem; min-height: 1.2rem; }
.votes .name { flex: 0 0 4rem; }
.votes .track { flex: 1; height: 0.9rem; border-radius: 0.3rem; background: light-dark(#e6ebe9, #26332e); }
.votes .bar { display: block; height: 100%; border-radius: 0.3rem; background: light-dark(#5b6f9b, #8fa6d8); }
.votes .is-right .bar { background: light-dark(#0d8266, #7fdcbb); }
.votes .first:not(:last-child) .bar { opacity: 0.55; }
.votes .n { flex: 0 0 5rem; text-align: right; font-variant-numeric: tabular-nums; }
</style>"""
