"""The layer table's numbers against torch's own parameter counts, shapes and count of operations."""

import re

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from core.inside.inspection import layers
from core.models import CNN
from core.models.build import build_model
from core.specs import CNNSpec
from pages.cnn.layer_table import in_words, layer_rows, totals
from pages.cnn.network_drawing import drawing

SPECS = [CNNSpec(), CNNSpec(channels1=4, channels2=12, batch_norm=False), CNNSpec(channels1=128, channels2=8)]


@pytest.mark.parametrize("n_classes", [2, 10])
@pytest.mark.parametrize("spec", SPECS, ids=str)
def test_totals_are_torchs(spec, n_classes):
    model = build_model(spec, n_classes).eval()
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        model(torch.zeros(1, 3, 32, 32))
    parameters, work = totals(layers(spec, n_classes))
    assert parameters == sum(p.numel() for p in model.parameters())
    assert work == counter.get_total_flops() // 2  # a multiply-add counts as two operations


@pytest.mark.parametrize("spec", SPECS, ids=str)
def test_rows_are_the_modules_layers_in_their_order(spec):
    model = build_model(spec, 10).eval()
    rows = layer_rows(layers(spec, 10))
    leaves = [(name, layer) for name, layer in model.named_modules() if not list(layer.children())]
    assert rows["layer"].tolist() == [name for name, _ in leaves] + ["total"]
    assert rows["kind"].tolist() == [type(layer).__name__ for _, layer in leaves] + [""]
    assert rows["parameters"][:-1].sum() == rows["parameters"].iloc[-1]
    assert rows["multiply-adds"][:-1].sum() == rows["multiply-adds"].iloc[-1]


def test_shapes_follow_a_picture_through_the_handouts_network():
    rows = layer_rows(layers(CNNSpec(), 10)).set_index("layer")
    picture, children = torch.zeros(1, 3, 32, 32), CNN(10).eval().conv_layer.named_children()
    for name, layer in children:
        told = rows.loc[f"conv_layer.{name}"]
        assert told["in"] == " x ".join(map(str, picture.shape[1:]))
        picture = layer(picture)
        assert told["out"] == " x ".join(map(str, picture.shape[1:]))


def test_what_is_said_of_the_handouts_network():
    """Worked out by hand: (n + 1) m parameters of a linear layer, 9 n m + m of a convolution, 2 m of batch norm."""
    convolutions = (9 * 3 + 1) * 32 + (9 * 32 + 1) * 32 + (9 * 32 + 1) * 64 + (9 * 64 + 1) * 64
    linears = 4097 * 1000 + 1001 * 512 + 513 * 10
    n = convolutions + linears + 2 * (32 + 32 + 64 + 64)
    work_of = 1024 * 9 * (3 * 32 + 32 * 32) + 256 * 9 * (32 * 64 + 64 * 64)
    work = work_of + 4096 * 1000 + 1000 * 512 + 512 * 10
    said = in_words(layers(CNNSpec(), 10))
    assert f"**{n:,}** parameters, **{work / 1e6:.1f} million** multiply-adds" in said
    assert f"have {convolutions / n:.1%} of the parameters and do {work_of / work:.0%} of the work" in said
    assert f"`fc_layer.1` alone has {4097 * 1000 / n:.0%} of the parameters" in said


def test_the_drawing_has_a_block_for_each_layer_that_changes_the_shape():
    html = drawing(layers(CNNSpec(channels1=8, channels2=24), 10))
    blocks = re.findall(r"</span></span><b>([\d,]+)</b><span>([^<]+)</span><span class=\"name\">([^<]+)</span>", html)
    maps = [("3", "32 x 32", "picture"), ("8", "32 x 32", "Conv"), ("8", "32 x 32", "Conv"), ("8", "16 x 16", "Pool"),
            ("24", "16 x 16", "Conv"), ("24", "16 x 16", "Conv"), ("24", "8 x 8", "Pool")]  # fmt: skip
    assert blocks == [*maps, ("1,000", "units", "Linear"), ("512", "units", "Linear"), ("10", "units", "Linear")]
    heights = [int(px) for px in re.findall(r'class="bar plain" style="--colour:#\w+;height:(\d+)px', html)]
    assert heights[0] == heights[1] > heights[3] > heights[6]  # as high as its maps
