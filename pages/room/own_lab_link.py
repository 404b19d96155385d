"""On a phone: the way to a lab of the student's own, which trains the run that the seat holds."""

from urllib.parse import urlencode

import streamlit as st

from core.lab.errors import ChalknetError
from core.rooms.deal import Hand
from core.together import hand_in, ticket
from core.together.ticket import TICKET, is_address
from pages.shared.frame.address import link_to
from pages.shared.frame.links import picture_parameters
from pages.shared.words.markdown import sentence_of

_USUAL = "http://localhost:8501"  # where ``streamlit run`` puts a lab on one's own machine


def own_lab_link(code: str, person: str, held: Hand) -> None:
    """Draw it; within the fragment that polls."""
    with st.expander("Train it in my own lab", icon=":material/computer:"):
        st.markdown(
            "With Chalknet on a machine of your own: open this link there and train. Your lab then makes a link that "
            "hands the result in to this room."
        )
        typed = st.text_input(
            "Address of your lab", _USUAL, key=f"room_own_lab_{held.number}", max_chars=200, autocomplete="off"
        )
        address = typed.strip().rstrip("/")
        if not is_address(address):
            st.warning(f"The address of a lab looks like {_USUAL}: https:// or http://, a name or number, the port.")
            return
        try:
            made = hand_in.ticket_for(code, person, held, link_to("Room", {}))
        except ChalknetError as error:
            st.warning(sentence_of(error))
            return
        link = f"{address}/Room?{urlencode(picture_parameters(made.spec.data) | {TICKET: ticket.write(made)})}"
        st.link_button("Open my lab with this run", link, icon=":material/open_in_new:", width="stretch")
        st.markdown("Is your lab on another machine than this browser? Copy the link and open it there:")
        st.code(link, language=None, height=110, wrap_lines=True)
        st.caption("The link holds what signs the result of your seat. Pass it to nobody.")
