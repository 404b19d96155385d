"""The envelope: nothing of the test pictures is known before it is opened, and each opening counts."""

import json
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from torchvision import transforms

from core import datasets, runs
from core.engine.worker import execute
from core.inside.opening import open_envelope
from core.lab.errors import ChalknetError
from core.lab.rates import Rate
from core.models import build_model
from core.runs import envelope
from core.specs import CNNSpec, DataSpec, MLPSpec, RunSpec
from core.specs.transfer import PickedDataSpec, TransferSpec
from core.training import checkpoints

OWNER = "0" * 32
SEALED = {"n_train": 200, "n_test": 90, "judged_on": "validation"}


def trained(spec):
    run = runs.create(spec, page="perceptron", owner=OWNER)
    execute(str(run.folder))
    assert run.status.name == "done", run.status
    return run


@pytest.mark.parametrize("model", [MLPSpec(H=16), CNNSpec(channels1=32, channels2=64)], ids=["MLP", "CNN"])
def test_what_it_tells_is_what_torch_says_of_the_test_pictures(home, model):
    run = trained(RunSpec(data=DataSpec(**SEALED), model=model, n_epochs=1))
    assert envelope.read(run) == envelope.Envelope()
    opened = open_envelope(run)
    images = datasets.load_for(DataSpec(n_train=200, n_test=90))
    network = build_model(model, 10)
    network.load_state_dict(checkpoints.load(run.folder / "model.pt"))
    normalise = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,) * 3, (0.5,) * 3)])
    with torch.no_grad():
        said = network.eval()(torch.stack([normalise(picture) for picture in images.test_images])).argmax(1).numpy()
    assert opened.rate == Rate(int((said == images.test_labels).sum()), 90)
    assert envelope.read(run) == opened
    assert opened.told == "opened once"


def test_the_run_itself_was_judged_on_pictures_held_out(home):
    run = trained(RunSpec(data=DataSpec(**SEALED), model=MLPSpec(H=16), n_epochs=1))
    held_out = datasets.load_for(run.spec.data)
    said = run.probabilities().argmax(axis=1)
    assert run.result["test_accuracy"] == pytest.approx(float((said == held_out.test_labels).mean()))


def test_a_transfer_run_has_one_too(home):
    spec = TransferSpec(data=PickedDataSpec(**SEALED, classes=("heart", "moon"), per_class=5), n_epochs=1, batch_size=4)
    run = trained(spec)
    opened = open_envelope(run)
    test = datasets.load_for(spec.data.model_copy(update={"judged_on": "test"}))
    assert opened.rate.n == len(test.test_labels)


def test_each_opening_counts_also_of_several_at_once(home):
    run = trained(RunSpec(data=DataSpec(**SEALED), model=MLPSpec(H=16), n_epochs=1))
    with ThreadPoolExecutor(4) as several:
        list(several.map(lambda _: open_envelope(run), range(4)))
    found = envelope.read(run)
    assert len(found.opened) == 4
    assert found.told == "opened 4 times"
    assert list(found.opened) == sorted(found.opened)
    (run.folder / envelope.FILE_NAME).write_text("{torn")
    assert envelope.read(run).rate is None


def test_what_is_not_sealed_has_none(home):
    run = trained(RunSpec(data=DataSpec(n_train=200, n_test=90), model=MLPSpec(H=16), n_epochs=1))
    with pytest.raises(ChalknetError, match="no envelope"):
        open_envelope(run)
    assert not (run.folder / envelope.FILE_NAME).exists()


def test_no_file_of_a_sealed_run_has_its_test_accuracy(home):
    """Nothing has computed it: the test pictures' labels, shuffled, change no byte of what the run wrote."""
    spec = RunSpec(data=DataSpec(**SEALED), model=MLPSpec(H=16), n_epochs=1, n_threads=1)
    run = trained(spec)
    written = np.load(run.folder / "probabilities.npy")
    images = datasets.load_for(spec.data)
    whole = datasets.load("shapes10")
    of_test = {picture.tobytes() for picture in whole.test_images[:5000]}
    assert not of_test & {picture.tobytes() for picture in images.test_images}
    assert len(written) == 90
    assert json.loads((run.folder / "result.json").read_text())["n_judged"] == 90
