"""What came out, in one large sentence above the picture, with what it rests on below it."""

import html

import streamlit as st

from pages.shared.words.sealed import as_judged


def headline(sentence: str, detail: str = "") -> None:
    """Draw it; both are shown as they are, not as Markdown: names of classes and networks are people's own."""
    sentence, detail = as_judged(sentence), as_judged(detail)
    below = f"<p class='rests'>{html.escape(detail)}</p>" if detail else ""
    st.html(f"{_STYLE}<div class='came-out'><p role='status'>{html.escape(sentence)}</p>{below}</div>")


_STYLE = """<style>
.came-out p{margin:0;font-size:1.6rem;font-weight:650;line-height:1.25;overflow-wrap:anywhere}
.came-out p.rests{font-size:1rem;font-weight:400;line-height:1.4;margin:.3rem 0 .4rem}
</style>"""
