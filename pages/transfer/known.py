"""The weights that a person can begin with: their own, ImageNet's, and those that a link has named to them."""

from core.transfer import pretrained
from core.transfer.pretrained import PretrainedError, Stored
from pages.shared.controls import fixed
from pages.shared.controls.complaints import complain
from pages.shared.controls.settings import page, told
from pages.shared.frame.frame import Lab

WEIGHTS_PARAMETER = "weights"


def known_weights(lab: Lab) -> list[Stored]:
    """Newest first. Without what its link names, a class that is brought to its teacher's page would see none."""
    found = pretrained.stored(lab.person)
    asked = asked_for()
    if not asked or any(weights.name == asked for weights in found):
        return found
    try:
        taken = pretrained.take(asked, lab.person)
    except PretrainedError as error:
        complain(str(error))
        return found
    return pretrained.stored(lab.person) if taken else found


def asked_for() -> str:
    """The weights that an assignment or the address names; empty where none are."""
    return fixed.text_of(page(), WEIGHTS_PARAMETER) or told(WEIGHTS_PARAMETER) or ""
