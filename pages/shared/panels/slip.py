"""Where the handout slips, as every question's Handout tab shows it."""

import streamlit as st

from pages.shared.words.language import say


def slip(said: str, happens: str) -> None:
    """What the handout says (a phrase without its full stop), and what happens when it is run; both Markdown."""
    text = f"**{say('What the handout says:')}** {said}.\n\n**{say('What happens when you run it:')}** {happens}"
    st.warning(text, icon=":material/rule:")
