"""The list of tests with their prices, and what those that were ordered have found."""

import streamlit as st

from core.clinic.consultation import Consultation
from core.clinic.finding import Finding
from core.clinic.orders import BY_KEY, ORDERS
from core.lab.words import count
from pages.bug_clinic.background import order_now
from pages.bug_clinic.findings import finding_picture


def order_list(person: str, file: Consultation, *, is_busy: bool) -> None:
    """A button a test, with what it will cost here."""
    st.header("Order a test", anchor=False)
    st.caption("Each is run on this patient when it is ordered, and costs a point. Its time is estimated from the "
               "training above.")  # fmt: skip
    for order in ORDERS:
        is_done = order.key in file.findings
        price = f"took {file.findings[order.key].seconds:.1f} s" if is_done else f"about {file.price(order.key):.1f} s"
        st.button(
            f"{order.title} ({price})", key=f"order_{order.key}", help=order.asks, width="stretch",
            icon=":material/check:" if is_done else ":material/science:",
            disabled=is_done or is_busy,
            on_click=order_now, args=(person, file, order.key, order.title),
        )  # fmt: skip


def results(file: Consultation) -> None:
    """The newest first."""
    if not file.findings:
        st.caption("No test was ordered yet: what a test finds stands here.")
        return
    st.header(f"{count(file.n_tests, 'test')} ordered, {file.seconds:.1f} s", anchor=False)
    for found in reversed(list(file.findings.values())):
        result(found)


def result(found: Finding) -> None:
    """One test's result in its frame."""
    with st.container(border=True):
        order = BY_KEY[found.test]
        st.markdown(f"**{order.title}**")
        st.caption(order.asks)
        finding_picture(found)
