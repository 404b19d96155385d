"""core/inside/receptive_field.py: the boxes against torch's gradients, the peaks against NumPy's."""

import numpy as np
import pytest
import torch
from torch import nn

from core.inside import inspection
from core.inside.receptive_field import Box, Field, field_of, strongest
from core.models import build_model
from core.specs import CNNSpec, DataSpec, RunSpec
from core.specs.models import ResNet18Spec
from core.training.training import seeded_model
from core.transfer.inside import HEAT_STAGES, stage_field

LAYERS = [f"conv_layer.{k}" for k in range(14)]


def seen_by(layers: nn.Module, side: int, row: int, column: int) -> Box:
    """The smallest box around the pixels on which a number of the map depends, by autograd."""
    picture = torch.randn(1, 3, side, side, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    picture.requires_grad_()
    layers(picture)[0, :, row, column].sum().backward()
    rows, columns = torch.nonzero(picture.grad.abs().sum(dim=(0, 1)) > 0, as_tuple=True)
    return Box(int(rows.min()), int(columns.min()), int(rows.max()) + 1, int(columns.max()) + 1)


def smooth(layers: list[nn.Module]) -> nn.Sequential:
    """Averages in the place of largest ones, through which only one pixel of a window has a gradient."""
    kept = []
    for layer in layers:
        if isinstance(layer, nn.MaxPool2d):
            layer = nn.AvgPool2d(layer.kernel_size, layer.stride, layer.padding)
        kept.append(layer)
    return nn.Sequential(*kept).double().eval()


@pytest.fixture(scope="module")
def cnn() -> nn.Module:
    torch.manual_seed(0)
    return build_model(CNNSpec(channels1=4, channels2=4), 10)


@pytest.mark.parametrize("layer", LAYERS)
def test_the_box_of_each_layer_is_what_its_gradient_reaches(cnn, layer):
    part = inspection.layers_until(cnn, layer)
    field, side = field_of(part), 8 if layer == LAYERS[-1] else 16 if int(layer.split(".")[1]) > 5 else 32
    with torch.no_grad():
        assert smooth(part)(torch.zeros(1, 3, 32, 32, dtype=torch.float64)).shape[-1] == side
    for row, column in [(0, 0), (side // 2, side // 3), (side - 1, 1)]:
        assert field.box(row, column).within(32) == seen_by(smooth(part), 32, row, column)


@pytest.mark.parametrize(
    "layers",
    [
        [nn.Conv2d(3, 2, 7, stride=2, padding=3), nn.MaxPool2d(3, 2, 1)],
        [nn.Conv2d(3, 2, 5, padding=4, dilation=2), nn.Conv2d(2, 2, 1, stride=2), nn.Conv2d(2, 2, 4)],
    ],
)
def test_strides_paddings_and_dilations_count(layers):
    field = field_of(layers)
    for row, column in [(0, 0), (2, 3), (4, 1)]:
        assert field.box(row, column).within(40) == seen_by(smooth(layers), 40, row, column)


def test_the_stages_of_a_resnet_see_what_papers_say():
    torch.manual_seed(0)
    model = build_model(ResNet18Spec(), 10)
    assert [stage_field(model, stage).size for stage in ("stem", *HEAT_STAGES)] == [7, 43, 99, 211, 435]
    assert [stage_field(model, stage).jump for stage in ("stem", *HEAT_STAGES)] == [2, 4, 8, 16, 32]


@pytest.mark.parametrize("stage", ["layer1", "layer2"])
def test_the_box_of_a_stage_with_shortcuts_is_what_its_gradient_reaches(stage):
    torch.manual_seed(0)
    model = build_model(ResNet18Spec(), 10)
    parts = [model.conv1, model.bn1, model.maxpool, model.layer1, *([model.layer2] if stage == "layer2" else [])]
    for block in [block for part in parts if isinstance(part, nn.Sequential) for block in part]:
        block.relu = nn.Identity()  # a unit that is silent by chance would hide an edge
    field = stage_field(model, stage)
    for row, column in [(8, 8), (10, 7)]:
        assert field.box(row, column).within(256) == seen_by(smooth(parts), 256, row, column)


def test_a_layer_that_sees_everything_is_refused():
    with pytest.raises(ValueError, match="What Linear sees is not known here"):
        field_of([nn.Conv2d(3, 2, 3), nn.Linear(4, 4)])


def test_a_picture_itself_sees_one_pixel():
    assert field_of([]) == Field()
    assert Field().box(3, 5) == Box(3, 5, 4, 6)


def test_the_strongest_place_is_the_first_of_the_largest():
    maps = np.random.default_rng(0).integers(0, 9, (4, 3, 5, 7))
    for index in np.ndindex(4, 3):
        row, column = strongest(maps)[index]
        places = np.argwhere(maps[index] == maps[index].max())
        assert (row, column) == tuple(places[0])


def test_the_peak_of_a_channel_is_where_the_map_is_largest(cnn):
    pictures = np.random.default_rng(1).integers(0, 256, (3, 32, 32, 3), dtype=np.uint8)
    model = cnn.float().eval()
    places = inspection.peak_places(model, "conv_layer.7", pictures, 2)
    for picture, place in zip(pictures, places, strict=True):
        own = inspection.feature_maps(model, picture)["conv_layer.7"][2]
        assert own[tuple(place)] == pytest.approx(own.max(), abs=1e-5)


@pytest.mark.parametrize("batch_norm", [True, False])
def test_the_network_before_its_first_step_is_drawn_again_bit_for_bit(batch_norm):
    spec = RunSpec(data=DataSpec(), model=CNNSpec(channels1=4, batch_norm=batch_norm), random_state=11)
    torch.manual_seed(5)
    before = torch.get_rng_state()
    drawn = inspection.network_before(spec, 10).state_dict()
    assert torch.equal(torch.get_rng_state(), before)  # nobody else's random numbers move
    for name, value in seeded_model(spec, 10).state_dict().items():
        assert torch.equal(drawn[name], value), name
