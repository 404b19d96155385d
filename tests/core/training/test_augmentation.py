"""core/augmentation.py against torchvision's transforms, and what must hold for every random cut-out."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional as V

from core.specs.transfer import AugmentationSpec
from core.training.augmentation import augment, boxes, cut_out, enlarge

BOTH = AugmentationSpec(flip=True, crop=True)


@pytest.fixture
def pictures():
    return torch.rand(6, 3, 32, 32, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("side", [32, 64, 96, 224])
def test_enlarging_is_torchvisions(pictures, side):
    torch.testing.assert_close(enlarge(pictures, side), v2.Resize(side, antialias=True)(pictures))


@given(
    left=st.integers(0, 20), top=st.integers(0, 20), size=st.integers(8, 12), mirrored=st.booleans(),
    side=st.sampled_from([32, 64]),
)  # fmt: skip
def test_a_cut_out_is_torchvisions_resized_crop(left, top, size, mirrored, side):
    picture = torch.rand(1, 3, 32, 32, generator=torch.Generator().manual_seed(left))
    box = torch.tensor([[left, top, size, size]]) / 32
    ours = cut_out(picture, box, torch.tensor([mirrored]), side)
    theirs = V.resized_crop(picture, top, left, size, size, [side, side], antialias=False)
    theirs = V.horizontal_flip(theirs) if mirrored else theirs
    # At its rim ours looks beyond the box, where torchvision repeats the last pixel
    rim = side // size
    torch.testing.assert_close(ours[..., rim:-rim, rim:-rim], theirs[..., rim:-rim, rim:-rim], atol=1e-4, rtol=0)


@given(seed=st.integers(0, 2**31), smallest=st.floats(0.02, 1))
def test_boxes_lie_in_the_picture_and_have_the_area(seed, smallest):
    spec = AugmentationSpec(crop=True, smallest=smallest)
    left, top, width, height = boxes(50, spec, torch.Generator().manual_seed(seed)).unbind(1)
    assert (left >= 0).all()
    assert (top >= 0).all()
    assert (left + width <= 1 + 1e-6).all()
    assert (top + height <= 1 + 1e-6).all()
    assert (width * height >= 0.74 * smallest).all()  # a box that stuck out has lost up to a quarter
    ratio = width / height
    assert (ratio >= 3 / 4 - 1e-5).all()
    assert (ratio <= 4 / 3 + 1e-5).all()


def test_the_generator_decides_everything(pictures):
    def views(seed):
        return augment(pictures, 48, BOTH, torch.Generator().manual_seed(seed))

    assert torch.equal(views(1), views(1))
    assert not torch.equal(views(1), views(2))
    assert views(1).shape == (6, 3, 48, 48)


def test_without_switches_nothing_is_drawn(pictures):
    generator = torch.Generator().manual_seed(1)
    assert torch.equal(augment(pictures, 32, AugmentationSpec(), generator), pictures)
    assert torch.equal(generator.get_state(), torch.Generator().manual_seed(1).get_state())


def test_a_mirror_image_is_one(pictures):
    whole = boxes(6, AugmentationSpec(), torch.Generator())
    mirrored = cut_out(pictures, whole, torch.ones(6, dtype=torch.bool), 32)
    torch.testing.assert_close(mirrored, pictures.flip(-1))
    flipped = augment(pictures.repeat(50, 1, 1, 1), 32, AugmentationSpec(flip=True), torch.Generator().manual_seed(0))
    share = (flipped - pictures.repeat(50, 1, 1, 1)).abs().amax((1, 2, 3)).gt(1e-3).float().mean()
    assert 0.4 < share < 0.6
