"""The room's code for the projector: letters, a QR code, and the address."""

import segno
import streamlit as st

from pages.shared.frame.address import is_only_here, link_to


def code_card(code: str) -> None:
    """Draw it."""
    link = link_to("Room", {"room": code})
    picture = segno.make(link, error="m", micro=False).svg_data_uri(border=2, light="#ffffff")
    st.html(
        f'<div class="room-code">{code}</div>'
        f'<img class="room-qr" alt="QR code of the room\'s address" src="{picture}">{_STYLE}'
    )
    st.markdown(f"`{link}`")
    if is_only_here():
        st.caption(
            "This address is reached from this machine only. For phones start the lab with `--server.address 0.0.0.0` "
            "and open it here by the machine's name or number in the network."
        )


_STYLE = """<style>
.room-code { font: 700 3rem/1.1 ui-monospace, monospace; letter-spacing: 0.12em; text-align: center; }
.room-qr { display: block; width: min(100%, 16rem); margin: 0.5rem auto; }
</style>"""
