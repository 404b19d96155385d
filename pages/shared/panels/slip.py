"""Where the handout slips, as every question's Handout tab shows it."""

import streamlit as st


def slip(said: str, happens: str) -> None:
    """What the handout says (a phrase without its full stop), and what happens when it is run; both Markdown."""
    text = f"**What the handout says:** {said}.\n\n**What happens when you run it:** {happens}"
    st.warning(text, icon=":material/rule:")
