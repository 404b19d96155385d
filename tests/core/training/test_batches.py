"""core/batches.py against torchvision's transforms and the handout's DataLoader."""

import numpy as np
import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st
from torchvision import transforms

from core.training.batches import CHUNK, ResidentImages, normalise

CPU = torch.device("cpu")
HANDOUT = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))])


def pictures(n, seed=0):
    """Random pictures; each label is the picture's number, so that a mix-up shows."""
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 256, (n, 32, 32, 3), dtype=np.uint8)
    images[:, 0, 0, 0] = np.arange(n) % 256
    return images, np.arange(n)


def resident(n, **options):
    return ResidentImages(*pictures(n), device=CPU, **options)


@pytest.mark.parametrize("channels_last", [False, True])
def test_batches_are_the_handouts_transform_bit_for_bit(channels_last):
    images, labels = pictures(70)
    expected = torch.stack([HANDOUT(image) for image in images])
    batches = list(ResidentImages(images, labels, device=CPU, channels_last=channels_last).in_order(70))
    assert len(batches) == 1
    assert batches[0][0].dtype == torch.float32
    assert torch.equal(batches[0][0], expected)


def test_every_byte_value_is_normalised_as_by_torchvision():
    ramp = np.arange(256, dtype=np.uint8).reshape(16, 16, 1).repeat(3, axis=2)
    assert torch.equal(normalise(torch.from_numpy(ramp).permute(2, 0, 1).float()), HANDOUT(ramp))
    assert HANDOUT(ramp).min() == -1
    assert HANDOUT(ramp).max() == 1


@given(
    n=st.integers(1, 700), batch_size=st.integers(1, 800), channels_last=st.booleans(), shuffled=st.booleans()
)
@example(n=CHUNK, batch_size=CHUNK, channels_last=False, shuffled=True)
@example(n=CHUNK + 1, batch_size=32, channels_last=False, shuffled=True)
@example(n=2 * CHUNK - 1, batch_size=CHUNK - 1, channels_last=True, shuffled=False)
def test_every_picture_comes_once_with_its_label(n, batch_size, channels_last, shuffled):
    images, _ = pictures(n)
    data = resident(n, channels_last=channels_last)
    generator = torch.Generator().manual_seed(n)
    batches = data.shuffled(batch_size, generator) if shuffled else data.in_order(batch_size)
    seen, sizes = [], []
    for inputs, labels in batches:
        assert inputs.shape == (len(labels), 3, 32, 32)
        first = torch.tensor([images[i, 0, 0, 0] / 255 for i in labels.tolist()], dtype=torch.float32)
        torch.testing.assert_close(inputs[:, 0, 0, 0], (first - 0.5) / 0.5)
        seen += labels.tolist()
        sizes.append(len(labels))
    assert sizes == [batch_size] * (n // batch_size) + [n % batch_size] * (n % batch_size > 0)
    assert sorted(seen) == list(range(n))
    if not shuffled:
        assert seen == sorted(seen)
    else:
        expected = torch.randperm(n, generator=torch.Generator().manual_seed(n))
        assert seen == expected.tolist()


def test_each_epoch_has_another_order_and_the_generator_alone_decides_it():
    data = resident(300)

    def epochs(seed):
        generator = torch.Generator().manual_seed(seed)
        return [torch.cat([labels for _, labels in data.shuffled(32, generator)]).tolist() for _ in range(2)]

    first, second = epochs(5)
    assert first != second
    torch.rand(7)  # torch's own generator has no say
    assert epochs(5) == [first, second]
    assert epochs(6) != [first, second]


def test_batches_equal_those_of_the_handouts_data_loader():
    images, labels = pictures(75)
    dataset = [(HANDOUT(image), label) for image, label in zip(images, labels.tolist(), strict=True)]
    order = torch.utils.data.RandomSampler(dataset, generator=torch.Generator().manual_seed(3))
    loader = torch.utils.data.DataLoader(dataset, batch_size=16, sampler=order)
    ours = resident(75).shuffled(16, torch.Generator().manual_seed(3))
    for (inputs, chosen), (expected_inputs, expected) in zip(ours, loader, strict=True):
        assert torch.equal(chosen, expected)
        assert torch.equal(inputs, expected_inputs)


def test_colour_is_last_in_memory_where_a_convolution_wants_it():
    (inputs, _), *_ = resident(8, channels_last=True).in_order(8)
    assert inputs.is_contiguous(memory_format=torch.channels_last)
    (inputs, _), *_ = resident(8).in_order(8)
    assert inputs.is_contiguous()


def test_the_pictures_are_copied_so_read_only_maps_do_and_nothing_is_changed():
    images, labels = pictures(40)
    before = images.copy()
    images.flags.writeable = labels.flags.writeable = False
    data = ResidentImages(images, labels, device=CPU)
    for _ in range(2):
        (first, _), *_ = data.in_order(40)
        assert torch.equal(first, torch.stack([HANDOUT(image) for image in before]))
    assert np.array_equal(images, before)
    assert len(data) == 40
    assert data.labels.dtype == torch.int64
