"""core/weights.py and core/restored.py: files given out, taken in, compared, and refused."""

import io
import pickle
import zipfile

import numpy as np
import pytest
import safetensors.torch
import torch
from torch import nn

from core import datasets, runs
from core.engine.worker import execute
from core.inside import inspection, restored, weights
from core.inside.weights import WeightsError, differences, read_weights, restore
from core.models import build_model
from core.specs import AdamSpec, CNNSpec, MLPSpec
from core.training import checkpoints

SPEC = CNNSpec(channels1=4, channels2=4)


@pytest.fixture(scope="module")
def run(module_home, small):
    run = runs.create(small(model=SPEC, optimizer=AdamSpec(), n_epochs=2), page="cnn", owner="ann")
    execute(str(run.folder))
    return run


@pytest.fixture(scope="module")
def final(run):
    return checkpoints.load(run.folder / "model.pt")


def saved(content, **options):
    buffer = io.BytesIO()
    torch.save(content, buffer, **options)
    return buffer.getvalue()


def same(given, expected):
    return list(given) == list(expected) and all(torch.equal(given[name], expected[name]) for name in expected)


def test_the_three_downloads_are_what_pytorch_people_expect(run, final, tmp_path):
    (tmp_path / "w.pt").write_bytes(weights.state_dict_bytes(run))
    assert same(torch.load(tmp_path / "w.pt", weights_only=True), final)
    (tmp_path / "w.safetensors").write_bytes(weights.safetensors_bytes(run))
    loaded = safetensors.torch.load_file(tmp_path / "w.safetensors")
    assert same({name: loaded[name] for name in final}, final)
    (tmp_path / "c.pt").write_bytes(weights.checkpoint_bytes(run))
    content = torch.load(tmp_path / "c.pt", weights_only=True)
    assert same(content["model"], final)
    assert content["epoch"] == 2
    model = build_model(SPEC, 10)
    torch.optim.Adam(model.parameters()).load_state_dict(content["optimizer"])


@pytest.mark.parametrize("make", [weights.state_dict_bytes, weights.safetensors_bytes, weights.checkpoint_bytes])
def test_what_was_saved_is_restored_with_the_same_accuracy(run, final, make):
    file = read_weights(make(run))
    assert all(torch.equal(file.weights[name], value) for name, value in final.items())
    assert differences(SPEC, 10, file.weights) == []
    model = restore(SPEC, 10, file.weights, strict=True)
    images = datasets.load_for(run.spec.data)
    before = {path: path.read_bytes() for path in run.folder.iterdir() if path.is_file()}
    again = restored.restored_run(run.spec, model, images, page="cnn", owner="bob", file_name="<b>cnn.pt</b>")
    assert again.result["test_accuracy"] == run.result["test_accuracy"]
    np.testing.assert_allclose(again.probabilities(), run.probabilities(), atol=1e-6)
    assert again.result["test_loss"] == pytest.approx(run.result["test_loss"], rel=1e-5)
    assert (again.status.name, again.meta["restored"]) == ("done", "<b>cnn.pt</b>")
    assert again.belongs_to("bob")
    assert {path: path.read_bytes() for path in run.folder.iterdir() if path.is_file()} == before
    assert same(checkpoints.load(again.folder / "model.pt"), final)
    if make is weights.checkpoint_bytes:
        assert (file.spec, file.epoch) == (run.spec, 2)


HANDOUT = """
import torch
import torch.nn as nn
class CNN(nn.Module):
   def __init__(self):
      super(CNN, self).__init__()
      self.conv_layer = nn.Sequential(
         nn.Conv2d(in_channels=3, out_channels=32, kernel_size=3, padding=1),
         nn.BatchNorm2d(32),
         nn.LeakyReLU(inplace=True),
         nn.Conv2d(in_channels=32, out_channels=32, kernel_size=3, padding=1),
         nn.BatchNorm2d(32),
         nn.LeakyReLU(inplace=True),
         nn.MaxPool2d(kernel_size=2, stride=2),
         nn.Conv2d(in_channels=32, out_channels=64, kernel_size=3, padding=1),
         nn.BatchNorm2d(64),
         nn.LeakyReLU(inplace=True),
         nn.Conv2d(in_channels=64, out_channels=64, kernel_size=3, padding=1),
         nn.BatchNorm2d(64),
         nn.LeakyReLU(inplace=True),
         nn.MaxPool2d(kernel_size=2, stride=2))
      self.fc_layer = nn.Sequential(
         nn.Dropout(p=0.1),
         nn.Linear(8 * 8 * 64, 1000),
         nn.ReLU(inplace=True),
         nn.Linear(1000, 512),
         nn.ReLU(inplace=True),
         nn.Dropout(p=0.1),
         nn.Linear(512, 10)
      )
   def forward(self, x):
     # conv layers
     x = self.conv_layer(x)
     # flatten
     x = x.view(x.size(0), -1)
     # fc layer
     x = self.fc_layer(x)
     return x
model = CNN()
optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
model.eval()
outputs = model(torch.linspace(-1, 1, 2 * 3 * 32 * 32).reshape(2, 3, 32, 32))
torch.save(model.state_dict(), PATH)
torch.save({"epoch": 3, "model_state_dict": model.state_dict(), "optimizer_state_dict": optimizer.state_dict(),
            "loss": 1.5}, PATH + ".checkpoint")
"""


def test_a_file_of_a_plain_script_of_the_handout_loads(tmp_path):
    path = str(tmp_path / "cnn.pt")
    left = {"PATH": path}
    exec(HANDOUT, left)
    for name in (path, path + ".checkpoint"):
        with open(name, "rb") as file:
            content = read_weights(file.read())
        assert differences(CNNSpec(), 10, content.weights) == []
        model = restore(CNNSpec(), 10, content.weights, strict=True)
        outputs = model(torch.linspace(-1, 1, 2 * 3 * 32 * 32).reshape(2, 3, 32, 32))
        torch.testing.assert_close(outputs, left["outputs"].detach(), atol=1e-5, rtol=1e-5)
    assert content.epoch == 3


CHANGED = {
    "nothing": (lambda given: given, SPEC),
    "no batch norm here": (lambda given: given, CNNSpec(channels1=4, channels2=4, batch_norm=False)),
    "wider here": (lambda given: given, CNNSpec(channels1=8, channels2=4)),
    "a layer lost": (lambda given: {k: v for k, v in given.items() if "fc_layer.6" not in k}, SPEC),
    "prefixed by DataParallel": (lambda given: {f"module.{k}": v for k, v in given.items()}, SPEC),
    "one more": (lambda given: given | {"extra": torch.zeros(3, 2)}, SPEC),
    "a perceptron's": (lambda given: build_model(MLPSpec(H=8), 10).state_dict(), SPEC),
}


@pytest.mark.parametrize("name", CHANGED)
def test_the_differences_are_those_that_pytorch_knows(final, name):
    change, spec = CHANGED[name]
    given = change(dict(final))
    found = differences(spec, 10, given)
    shapes = [d for d in found if d.problem == "wrong shape"]
    fitting = {k: v for k, v in given.items() if k not in {d.key for d in shapes}}
    oracle = build_model(spec, 10).load_state_dict(fitting, strict=False)
    assert sorted(d.key for d in found if d.problem == "not in the network") == sorted(oracle.unexpected_keys)
    missing = [d.key for d in found if d.problem == "missing in the file"]
    assert set(missing) == set(oracle.missing_keys) - {d.key for d in shapes}
    for d in shapes:
        assert d.in_file == tuple(given[d.key].shape) != d.in_network
    for strict in (True, False):
        model = build_model(spec, 10)
        try:
            model.load_state_dict(given, strict=strict)
            raises = False
        except RuntimeError:
            raises = True
        if raises:
            with pytest.raises(WeightsError, match="of the keys do not fit"):
                restore(spec, 10, given, strict=strict)
        else:
            restore(spec, 10, given, strict=strict)


def test_what_is_missing_stays_random_and_the_rest_is_the_files(final):
    state = torch.get_rng_state()
    given = {k: v for k, v in final.items() if "fc_layer.6" not in k}
    first, again, other = (restore(SPEC, 10, given, strict=False, random_state=k).state_dict() for k in (0, 0, 1))
    assert torch.equal(torch.get_rng_state(), state)
    assert same(first, again)
    assert not torch.equal(first["fc_layer.6.weight"], other["fc_layer.6.weight"])
    assert not torch.equal(first["fc_layer.6.weight"], final["fc_layer.6.weight"])
    assert all(torch.equal(first[name], value) for name, value in given.items())


def test_what_a_file_says_besides_its_tensors_is_not_trusted(final):
    """A state dict carries version numbers as an attribute; a stranger's could be anything."""
    strange = final.copy()
    strange._metadata = 17
    model = restore(SPEC, 10, read_weights(saved(strange)).weights, strict=True)
    assert same(model.state_dict(), final)


def test_the_restored_network_is_its_own(final):
    model = restore(SPEC, 10, final, strict=True)
    before = final["fc_layer.6.bias"].clone()
    with torch.no_grad():
        model.get_parameter("fc_layer.6.bias").add_(1)
    assert torch.equal(final["fc_layer.6.bias"], before)


class Evil:
    """Runs code when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (exec, (f"open({str(self.path)!r}, 'w').close()",))


@pytest.mark.parametrize(
    "wrap", [lambda evil: evil, lambda evil: {"model": evil}, lambda evil: {"a": torch.ones(2), "b": evil}]
)
def test_a_pickle_that_would_run_code_does_not(tmp_path, wrap):
    marker = tmp_path / "it-ran"
    data = saved(wrap(Evil(marker)))
    with pytest.raises(WeightsError, match=r"it names code to run, which the lab refuses to do\. Save it with"):
        read_weights(data)
    assert not marker.exists()
    torch.load(io.BytesIO(data), weights_only=False)  # the file is as bad as it claims to be
    assert marker.exists()


@pytest.mark.parametrize("legacy", [pickle.dumps, lambda evil: saved(evil, _use_new_zipfile_serialization=False)])
def test_a_bare_pickle_is_no_file_of_weights(tmp_path, legacy):
    marker = tmp_path / "it-ran"
    with pytest.raises(WeightsError, match="broken or no file of weights"):
        read_weights(legacy(Evil(marker)))
    assert not marker.exists()


def test_a_whole_model_is_refused_with_what_to_do():
    with pytest.raises(WeightsError, match=r"Save it with torch\.save\(model\.state_dict\(\), PATH\)\."):
        read_weights(saved(nn.Linear(2, 2)))


@pytest.mark.parametrize("make", [weights.state_dict_bytes, weights.safetensors_bytes])
@pytest.mark.parametrize("share", [0, 0.0001, 0.1, 0.5, 0.9, 0.9999])
def test_a_truncated_file_is_one_sentence(run, make, share):
    data = make(run)
    with pytest.raises(WeightsError, match=r"^The file is broken[^\n]*\.$"):
        read_weights(data[: int(share * len(data))])


@pytest.mark.parametrize(
    "data", [b"", b"PK", b"hello", b"\x80\x04.", b"\xff" * 5000, b"PK\x03\x04" + bytes(500)], ids=repr
)
def test_a_foreign_file_is_one_sentence(data):
    with pytest.raises(WeightsError, match=r"^The file is broken[^\n]*\.$"):
        read_weights(data[:5000])


def test_another_zip_is_one_sentence():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("letter.txt", "hello")
    with pytest.raises(WeightsError, match=r"torch\.save did not write it"):
        read_weights(buffer.getvalue())


def test_a_zip_bomb_is_not_unpacked():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("archive/data/0", "w") as file:
        for _ in range(300):
            file.write(bytes(1_000_000))
    assert len(buffer.getvalue()) < 1e6
    with pytest.raises(WeightsError, match="unpacks to more than 250 MB"):
        read_weights(buffer.getvalue())


def test_a_huge_file_is_refused_before_it_is_read(monkeypatch, run):
    monkeypatch.setattr(weights, "MAX_BYTES", 1000)
    with pytest.raises(WeightsError, match=r"^The file has 2 MB; allowed are 0 MB\.$"):
        read_weights(bytes(2_000_000))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ({}, "holds no weights"),
        (torch.ones(3), "holds a Tensor; expected is a state_dict"),
        ([1, 2], "holds a list"),
        ({"a": 1.0}, "'a' is a float"),
        ({1: torch.ones(1)}, "'1' is a Tensor"),
        ({"a": {"b": torch.ones(1)}}, "'a' is a dict"),
        ({"a": torch.ones(2).to_sparse()}, "no ordinary tensor"),
        ({"a": torch.ones(2, dtype=torch.complex64)}, "no ordinary tensor"),
        ({str(k): torch.ones(1) for k in range(600)}, "600 keys"),
    ],
)
def test_what_is_no_state_dict_is_one_sentence(content, says):
    with pytest.raises(WeightsError, match=says) as caught:
        read_weights(saved(content))
    assert "\n" not in str(caught.value)


def test_a_spec_that_no_run_can_have_is_passed_over(final):
    file = read_weights(saved({"model": final, "spec": '{"n_epochs": -1}', "epoch": "two"}))
    assert (file.spec, file.epoch) == (None, None)


def test_a_run_without_weights_says_so(new_run, home):
    with pytest.raises(WeightsError, match="has not left its weights yet"):
        weights.state_dict_bytes(new_run(model=SPEC))


def test_half_precision_weights_are_taken(final):
    model = restore(SPEC, 10, {k: v.half() if v.is_floating_point() else v for k, v in final.items()}, strict=True)
    assert model.get_parameter("fc_layer.6.weight").dtype == torch.float32
    assert inspection.probabilities(model, np.zeros((2, 32, 32, 3), dtype=np.uint8)).shape == (2, 10)
