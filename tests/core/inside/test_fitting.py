"""What is said of a file that does not fit is what PyTorch does with it."""

import pytest
import torch

from core.inside.fitting import severity, told
from core.inside.weights import differences
from core.models import build_model
from core.specs import CNNSpec

SPEC = CNNSpec()


def changed(how):
    """The weights of a network of the spec, and the same with what is done to them."""
    weights = build_model(SPEC, 10).state_dict()
    first, last = next(iter(weights)), list(weights)[-1]
    if how in ("missing", "both"):
        del weights[last]
    if how in ("shape", "both"):
        weights[first] = torch.zeros(3)
    if how == "more":
        weights["more.weight"] = torch.zeros(3)
    return weights


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("how", ["", "missing", "shape", "more", "both"])
def test_it_is_refused_where_pytorch_refuses_it(how, strict):
    weights = changed(how)
    found = differences(SPEC, 10, weights)
    said = severity(found, strict=strict)
    try:
        missed = build_model(SPEC, 10).load_state_dict(weights, strict=strict)
    except RuntimeError:
        assert said == "refused"
    else:
        assert said == ("hides" if missed.missing_keys or missed.unexpected_keys else "fits")
    sentence = told(found, strict=strict, n_keys=len(weights))
    words = {"fits": f"All {len(weights)} keys fit.", "hides": "hides this", "refused": "nothing is replaced"}
    assert words[said] in sentence
    if how == "both":
        assert "1 missing in the file" in sentence
        assert "1 wrong shape" in sentence
