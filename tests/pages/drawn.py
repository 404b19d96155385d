"""What a page has drawn, for its tests."""

from typing import Any

from streamlit.testing.v1 import AppTest

_FRAME = "-lecture"  # listens to keys and draws nothing


def drawn(at: AppTest) -> list[Any]:
    """The pictures that the browser draws itself, in their order; without what belongs to the frame of every page."""
    return [each for each in at.get("bidi_component") if not each.proto.id.endswith(_FRAME)]
