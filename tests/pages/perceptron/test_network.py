"""The perceptron's table and drawing against the module itself."""

import re

import pytest

from core.models import MultiLayerFCNet
from core.specs import MLPSpec
from pages.perceptron.network import drawing, layer_rows


def number(text):
    return int(text.replace(",", ""))


@pytest.mark.parametrize(("H", "n_classes"), [(8, 2), (128, 10), (1024, 100)])
def test_the_table_is_that_of_the_module(H, n_classes):
    rows = layer_rows(MLPSpec(H=H), n_classes)
    layers = dict(MultiLayerFCNet(3072, H, n_classes).named_children())
    assert rows["layer"] == [*layers, "total"]
    for i, layer in enumerate(layers.values()):
        assert number(rows["weights"][i]) == layer.weight.numel()
        assert number(rows["biases"][i]) == layer.bias.numel()
        assert number(rows["parameters"][i]) == layer.weight.numel() + layer.bias.numel()
        assert rows["shape of the weights"][i].replace(",", "") == " x ".join(map(str, layer.weight.shape))
    for column in ("weights", "biases", "parameters"):
        assert number(rows[column][-1]) == sum(map(number, rows[column][:-1]))


def test_the_drawing_is_as_high_as_the_layers_are_wide():
    html = drawing(MLPSpec(H=64).layers(10))
    assert re.findall(r"<b>([\d,]+)</b><span>(\D[^<]*|3 x[^<]*)</span>", html) == [
        ("3,072", "3 x 32 x 32"), ("64", "units"), ("64", "units"), ("64", "units"), ("10", "classes"),
    ]  # fmt: skip
    heights = [int(px) for px in re.findall(r'class="bar" style="height:(\d+)px', html)]
    assert heights[0] > heights[1] == heights[2] == heights[3] > heights[4]
    assert re.findall(r"<b>(linear\d)</b><span>([\d,]+)", html) == [
        ("linear1", f"{3073 * 64:,}"), ("linear2", f"{65 * 64:,}"), ("linear3", f"{65 * 64:,}"),
        ("linear4", f"{65 * 10:,}"),
    ]  # fmt: skip
