"""In a student's own lab: the link that hands a run in to the room that has dealt it, once the run has ended."""

import streamlit as st

from core.lab.errors import ChalknetError
from core.runs import Run, snapshots
from core.together import own_result
from core.together.ticket import Ticket
from pages.shared.words.markdown import plain, sentence_of


def hand_in_link(ticket: Ticket, run: Run | None) -> None:
    """Draw it; nothing as long as the run is not there or goes on.

    Parameters
    ----------
    ticket : Ticket
    run : Run or None
        The one that the page shows.
    """
    if run is None:
        return
    try:
        now = snapshots.read(run)
        if not now.is_over or now.spec != ticket.spec:
            return
        text, spacing = own_result.write(now, ticket)
    except ChalknetError as error:
        st.warning(sentence_of(error))
        return
    st.html(_STYLE)
    with st.container(border=True, key="room_hand_in"):
        st.markdown(
            f"**It has ended.** The link takes its settings' key, losses, figures, threads and this lab's version to "
            f"`{ticket.address}`, signed for your seat."
        )
        if spacing > 1:
            st.markdown(
                f"A link has no room for all {now.history.step:,} losses: one of every {spacing:,} goes along. The "
                "mean of the last fifth, the accuracy and the figures of each epoch are of all of them, and exact."
            )
        st.link_button(
            plain(f"Hand it in to room {ticket.code}"), ticket.link(text), type="primary",
            icon=":material/send:",
        )  # fmt: skip


_STYLE = """<style>
.st-key-room_hand_in a * { color: light-dark(#ffffff, #0d1f18); }
</style>"""
