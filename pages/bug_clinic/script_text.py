"""A patient's script with the wrong lines marked and the right ones below them."""

import difflib
import html

import streamlit as st

from core.clinic.case import Case

_AROUND = 4  # lines that are shown before and after


def marked_script(case: Case) -> None:
    """The place of the bug, and the whole script folded."""
    if case.cures:
        st.markdown("**The lines**: what was wrong (−) and what has to stand there (+)")
        st.html(_STYLE + f"<pre class='marked-script'>{''.join(_lines(case))}</pre>")
    with st.expander("The whole script" + (", as it was" if case.cures else "")):
        st.code(case.script(), line_numbers=True, wrap_lines=True)


def _lines(case: Case) -> list[str]:
    before, after = case.script().splitlines(), case.cured().splitlines()
    drawn: list[str] = []
    compared = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for n, group in enumerate(compared.get_grouped_opcodes(_AROUND)):
        if n:
            drawn.append("<span>     ⋮</span>\n")
        for kind, a, b, c, d in group:
            if kind == "equal":
                drawn += [_line(i + 1, " ", before[i]) for i in range(a, b)]
            else:
                drawn += [_line(i + 1, "−", before[i], "wrong") for i in range(a, b)]
                drawn += [_line(None, "+", after[i], "right") for i in range(c, d)]
    return drawn


def _line(number: int | None, sign: str, text: str, kind: str = "") -> str:
    return f"<span class='{kind}'>{number or '':>4} {sign} {html.escape(text)}</span>\n"


_STYLE = """<style>
.marked-script{font-size:.9rem;line-height:1.5;white-space:pre-wrap;overflow-wrap:anywhere;
padding:.6rem;margin:0 0 1rem;
border:1px solid color-mix(in srgb,currentColor 20%,transparent);border-radius:.5rem}
.marked-script .wrong{background:color-mix(in srgb,#d33 22%,transparent);font-weight:650}
.marked-script .right{background:color-mix(in srgb,#1f9e77 24%,transparent);font-weight:650}
</style>"""
