"""The health card below a run's curves, or an experiment's: small until it has something to say."""

import html
from collections.abc import Sequence

import streamlit as st

from core.runs.experiments import MemberSnapshot
from core.runs.health import Row, health
from core.runs.snapshots import RunSnapshot
from pages.shared.words.language import say, say_count, say_of_core
from pages.shared.words.markdown import plain


def health_card(now: RunSnapshot) -> None:
    """Draw it; nothing before the first epoch."""
    card_of(health(now), key=now.run.id)


def card_of(found: Sequence[Row], *, key: str) -> None:
    """Draw the card of what was found, as ``core.runs.health`` finds it; ``key`` tells it from other cards."""
    rows = sorted(found, key=lambda row: not row.is_amber)
    if not rows:
        return
    n_amber = sum(row.is_amber for row in rows)
    if n_amber:
        title = say_count("Health: {n} row deserves a look", "Health: {n} rows deserve a look", n_amber)
    else:
        title = say("Health: nothing stands out")
    icon = ":material/warning:" if n_amber else ":material/check_circle:"
    with st.expander(title, expanded=bool(n_amber), icon=icon, key=f"health_{key}_{bool(n_amber)}"):
        st.html(f"{_STYLE}<dl class='health'>{''.join(_row(row) for row in rows)}</dl>")


def health_of_members(members: Sequence[MemberSnapshot]) -> None:
    """What stands out in runs that belong together, by their names; nothing where nothing does."""
    found = {member.name: [row for row in health(member) if row.is_amber] for member in members}
    found = {name: rows for name, rows in found.items() if rows}
    if not found:
        return
    title = say_count(
        "Health: {n} of {n_all} runs deserves a look", "Health: {n} of {n_all} runs deserve a look", len(found),
        n_all=len(members),
    )  # fmt: skip
    with st.expander(title, icon=":material/warning:"):
        for name, rows in found.items():
            st.markdown(f"**{plain(name)}**")
            st.html(f"{_STYLE}<dl class='health'>{''.join(_row(row) for row in rows)}</dl>")


def _row(row: Row) -> str:
    # A sign beside the colour: who does not see it reads the word
    mark, word = ("!", say("deserves a look")) if row.is_amber else ("✓", say("in order"))
    kind = "amber" if row.is_amber else "green"
    name, value, sentence = (html.escape(say_of_core(text)) for text in (row.name, row.value, row.sentence))
    return (
        f"<div class='{kind}'><dt><i role='img' aria-label='{html.escape(word, quote=True)}'>{mark}</i>{name}</dt>"
        f"<dd class='value'>{value}</dd><dd>{sentence}</dd></div>"
    )


_STYLE = """<style>
.health{margin:0;container-type:inline-size;font-size:.95rem;line-height:1.4}
.health div{display:grid;grid-template-columns:13rem 13rem 1fr;gap:0 1rem;padding:.3rem 0;
border-bottom:1px solid color-mix(in srgb,currentColor 14%,transparent)}
.health dt{font-weight:600}.health dd{margin:0;overflow-wrap:anywhere}.health .value{font-variant-numeric:tabular-nums}
.health i{font-style:normal;font-weight:700;display:inline-block;width:1.25rem;height:1.25rem;margin-right:.45rem;
text-align:center;line-height:1.25rem;border-radius:50%;color:light-dark(#fff,#0d1f18);background:light-dark(#0b6b53,#58c9a3)}
.health .amber i{background:light-dark(#8a4b00,#f0b35e)}
.health .amber :is(dt,.value){color:light-dark(#8a4b00,#f0b35e)}
@container (max-width:46rem){.health div{grid-template-columns:1fr}.health dd{padding-left:1.7rem}}
</style>"""
