"""Question 5 on pictures that are kept at more than 32 pixels, against torch and torchvision on the files."""

import io
import zipfile

import numpy as np
import pytest
import torch
import torchvision
from PIL import Image
from torch import nn
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional as V

from core import datasets, runs
from core.datasets.own import importing as own_images
from core.engine.worker import execute
from core.receipts import sections
from core.receipts.pictures import DATA_FILE
from core.receipts.sections import files_of
from core.specs import SGDSpec
from core.specs.transfer import AugmentationSpec, PickedDataSpec, TransferSpec
from core.training.augmentation import augment, boxes, cut_out_shrunk
from core.training.events import BatchEnd
from core.transfer import feature_cache, pretrained
from core.transfer import inside as transfer_inside
from core.transfer import receipt as transfer_receipt
from core.transfer.batches import PictureBatches
from core.transfer.training import network, train_transfer

KEPT, SEEN = 96, 64  # pixels of the files, and of what the network sees
PREPARE = v2.Compose([
    v2.ToImage(), v2.ToDtype(torch.float32, scale=True), v2.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    v2.Resize(SEEN, antialias=True),
])  # fmt: skip


@pytest.fixture(scope="module")
def files():
    """Two classes that only fine detail tells apart, stripes of two pixels: at 32 pixels both are grey."""
    found = {}
    for number in range(20):
        noise = np.random.default_rng(number).integers(0, 60, (KEPT, KEPT, 3))
        across = np.arange(KEPT)[:, None] if number % 2 else np.arange(KEPT)[None]
        found[f"{'ab'[number % 2]}/{number}.png"] = (noise + 180 * (across[..., None] % 4 < 2)).astype(np.uint8)
    return found


@pytest.fixture(scope="module")
def lab(module_home, files):
    """Their data set, and weights to begin with."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        for name, pixels in files.items():
            buffer = io.BytesIO()
            Image.fromarray(pixels).save(buffer, "PNG")
            opened.writestr(name, buffer.getvalue())
    name = own_images.import_zip(archive, title="Stripes").name
    torch.manual_seed(11)
    model = torchvision.models.resnet18(num_classes=5)
    with torch.no_grad():
        model.train()(torch.rand(8, 3, 32, 32))
    return pretrained.keep(model.state_dict(), source="file", title="theirs", owner="ann").spec, model.eval(), name


@pytest.fixture
def make(lab):
    def spec(**changes):
        data = PickedDataSpec(dataset=lab[2], n_train=16, n_test=4, per_class=6)
        defaults = {"n_epochs": 2, "batch_size": 6, "n_threads": 1, "weights": lab[0], "side": SEEN}
        return TransferSpec(data=data, optimizer=SGDSpec(learning_rate=0.02), **defaults | changes)

    return spec


def losses_of(spec, **more):
    events = []
    train_transfer(spec, events.append, **more)
    return [event.loss for event in events if isinstance(event, BatchEnd)]


@pytest.mark.parametrize("n_frozen", [0, 5])
def test_it_is_a_bare_loop_over_the_files(make, lab, files, n_frozen):
    """The pictures come from the files; of the lab's set only their order is taken."""
    spec = make(frozen_stages=n_frozen, n_epochs=2 if n_frozen else 1)
    chosen = datasets.load_for(spec.data)  # at 32 pixels
    tiny = {n: np.asarray(Image.fromarray(p).resize((32, 32), Image.Resampling.LANCZOS)) for n, p in files.items()}
    order = [next(n for n, p in tiny.items() if np.array_equal(p, picture)) for picture in chosen.train_images]
    x = torch.stack([PREPARE(files[name]) for name in order]).to(memory_format=torch.channels_last)
    y = torch.tensor(["ab".index(name[0]) for name in order])

    model = torchvision.models.resnet18(num_classes=5)
    model.load_state_dict(lab[1].state_dict())
    torch.manual_seed(0)
    model.fc = nn.Linear(512, 2)
    model.to(memory_format=torch.channels_last)
    if n_frozen:
        model.requires_grad_(False).fc.requires_grad_(True)
    groups = [{"params": model.fc.parameters(), "lr": 0.02}]
    rest = [p for name, p in model.named_parameters() if p.requires_grad and not name.startswith("fc")]
    groups += [{"params": rest, "lr": spec.backbone_learning_rate}] if rest else []
    optimizer = torch.optim.SGD(groups, momentum=0.9, fused=True)
    torch.set_num_threads(1)
    shuffling, losses = torch.Generator().manual_seed(0), []
    for _ in range(spec.n_epochs):
        model.train(not n_frozen)
        for batch in torch.randperm(12, generator=shuffling).split(6):
            loss = nn.functional.cross_entropy(model(x[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())

    found = losses_of(spec)
    if n_frozen:
        assert found == pytest.approx(losses, abs=1e-5)
    else:  # batch norm makes more of rounding with each step
        assert found == pytest.approx(losses, abs=1e-3)
    enlarged = losses_of(spec, images=chosen)
    assert np.abs(np.subtract(enlarged, found)).max() > 0.005


def test_at_32_pixels_it_gets_what_everybody_gets(make):
    spec = make(side=32, frozen_stages=5)
    assert losses_of(spec) == losses_of(spec, images=datasets.load_for(spec.data))


def test_features_of_large_and_small_pictures_are_kept_apart(make, lab):
    spec = make()

    def ask(side):
        pictures = datasets.load_for(spec.data, side=side).train_images
        return feature_cache.features(pictures, load_backbone=lambda: lab[1], weights_sha256="x", side=SEEN)

    before = len(list(feature_cache.folder().glob("*.npy"))) if feature_cache.folder().exists() else 0
    small, large = np.array(ask(32)), np.array(ask(SEEN))
    assert len(list(feature_cache.folder().glob("*.npy"))) == before + 2
    assert np.abs(small - large).max() > 0.1
    assert np.array_equal(ask(32), small)


def test_a_run_is_looked_into_as_it_was_judged(make):
    run = runs.create(make(frozen_stages=5), page="transfer", owner="ann")
    assert execute(str(run.folder)) == "done"
    model, images = network(run, 2), datasets.load_for(run.spec.data, side=SEEN)
    features = transfer_inside.features_of(model, images.test_images, SEEN)
    np.testing.assert_allclose(transfer_inside.probabilities_of(model, features), run.probabilities(), atol=1e-5)
    assert transfer_inside.stage_maps(model, images.test_images[0], SEEN)["stem"].shape == (64, SEEN // 2, SEEN // 2)


def test_the_script_gets_the_large_pictures(make):
    """That it gives the run's losses is proved with every other script, of which some are of large pictures."""
    spec = make(frozen_stages=5)
    files = {file.name: file for file in files_of(sections(spec))}
    with np.load(io.BytesIO(files[DATA_FILE].content())) as held:
        assert np.array_equal(held["train_images"], datasets.load_for(spec.data, side=spec.side).train_images)
        assert held["train_images"].shape[1] > 32
    kept = torch.load(io.BytesIO(files[transfer_receipt.WEIGHTS_FILE].content()), weights_only=True)
    assert pretrained.hash_of(kept) == spec.weights.sha256


def test_a_cut_out_that_is_shrunk_is_torchvisions_resized_crop():
    pictures = torch.rand(4, 3, KEPT, KEPT, generator=torch.Generator().manual_seed(0))
    box = torch.tensor([[0, 0, 96, 96], [10, 3, 80, 70], [40, 50, 30, 40], [0, 95, 96, 1]])  # the third is enlarged
    mirrored = torch.tensor([False, True, True, False])
    found = cut_out_shrunk(pictures, box / KEPT, mirrored, SEEN)
    for k, (left, top, width, height) in enumerate(box.tolist()):
        wanted = V.resized_crop(pictures[k], top, left, height, width, [SEEN, SEEN], antialias=True)
        torch.testing.assert_close(found[k], V.horizontal_flip(wanted) if mirrored[k] else wanted)


def test_views_of_larger_pictures_are_drawn_by_the_generator_and_not_grainy():
    """Stripes of one pixel are grey where they are shrunk well."""
    stripes = (torch.arange(KEPT * 2) % 2).float().expand(8, 3, KEPT * 2, KEPT * 2)
    spec = AugmentationSpec(crop=True, smallest=0.9)
    views = augment(stripes, 32, spec, torch.Generator().manual_seed(1))
    assert views.shape == (8, 3, 32, 32)
    assert float((views - 0.5).abs().max()) < 0.1
    assert torch.equal(views, augment(stripes, 32, spec, torch.Generator().manual_seed(1)))
    drawn = boxes(8, spec, torch.Generator().manual_seed(1))  # the same boxes as of small pictures
    assert torch.equal(views, cut_out_shrunk(stripes, drawn, torch.zeros(8, dtype=torch.bool), 32))


def test_batches_are_what_the_network_sees_and_never_many_floats_at_once(files):
    images = np.stack(list(files.values()))
    batches = PictureBatches(images, np.arange(20), side=SEEN, device=torch.device("cpu"))
    found = list(batches.in_order(100))
    wanted = torch.stack([PREPARE(pixels) for pixels in images])
    torch.testing.assert_close(torch.cat([x for x, _ in found]), wanted)
    wide = PictureBatches(np.zeros((40, 224, 224, 3), np.uint8), np.arange(40), side=32, device=torch.device("cpu"))
    assert max(len(x) for x, _ in wide.in_order(100)) == 31
