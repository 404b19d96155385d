"""core/pretrained.py: torchvision's file from a loopback server, files of strangers, and whose weights are whose."""

import collections
import errno
import hashlib
import http.server
import io
import threading

import pytest
import torch
import torchvision
from safetensors.torch import load_file

from core import runs
from core.datasets.downloads import DownloadStoppedError
from core.engine.worker import execute
from core.inside import weights
from core.inside.weights import WeightsError, read_weights
from core.specs.transfer import PickedDataSpec, TransferSpec, WeightsSpec
from core.transfer import pretrained
from core.transfer.pretrained import PretrainedError

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(4)
    return torchvision.models.resnet18(num_classes=2)


@pytest.fixture(scope="module")
def file(model):
    buffer = io.BytesIO()
    torch.save(model.state_dict(), buffer)
    return buffer.getvalue()


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        body, wanted = self.server.content, self.headers.get("Range")
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted else 0
        self.send_response(206 if wanted else 200)
        if wanted:
            self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        self.send_header("Content-Length", str(len(body) - start))
        self.send_header("ETag", '"one"')
        self.end_headers()
        self.wfile.write(body[start : self.server.cut_at])


@pytest.fixture
def server(file, monkeypatch):
    """Serves the file as torchvision's server would; its sum is the one that is expected."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.content, server.cut_at, server.daemon_threads = file, None, True
        monkeypatch.setenv(pretrained.URL_VARIABLE, f"http://127.0.0.1:{server.server_port}/resnet18.pth")
        monkeypatch.setattr(pretrained, "IMAGENET_SHA", hashlib.sha256(file).hexdigest()[:8])
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


def names():
    return sorted(path.name for path in pretrained.folder().iterdir()) if pretrained.folder().exists() else []


def test_the_download_comes_with_progress_and_is_known_by_its_hash(server, model):
    told = []
    stored = pretrained.take_imagenet(lambda *done: told.append(done))
    assert told[-1] == (len(server.content), len(server.content))
    assert pretrained.imagenet() == stored
    assert stored.source == "imagenet"
    assert pretrained.stored("bob") == [stored]  # everybody's
    kept = pretrained.load(stored.sha256)
    theirs = {name: tensor for name, tensor in model.state_dict().items() if not name.startswith("fc.")}
    assert set(kept) == set(theirs)
    assert all(torch.equal(kept[name], theirs[name]) for name in theirs)
    assert pretrained.hash_of(kept) == stored.sha256
    assert [name for name in names() if "part" in name] == []


def test_a_download_that_was_cut_goes_on(server):
    server.cut_at = 20_000_000
    with pytest.raises(PretrainedError, match=r"was cut.* are kept.*by hand"):
        pretrained.take_imagenet()
    assert pretrained.imagenet() is None
    assert not pretrained.imagenet_file_is_there()
    server.cut_at = None
    begun = []
    pretrained.take_imagenet(lambda done, total: begun.append(done))
    assert begun[0] > 20_000_000
    assert pretrained.imagenet() is not None


def test_wrong_bytes_leave_nothing(server):
    server.content = server.content[:-1] + b"?"
    with pytest.raises(PretrainedError, match=r"sent wrong bytes \(SHA-256 is not"):
        pretrained.take_imagenet()
    assert names() == []


def test_stopped_by_a_person(server):
    with pytest.raises(DownloadStoppedError, match="are kept"):
        pretrained.take_imagenet(should_stop=lambda: True)


def test_without_a_network_the_sentence_names_file_and_folder(monkeypatch):
    monkeypatch.setenv(pretrained.URL_VARIABLE, "http://127.0.0.1:9/resnet18.pth")
    with pytest.raises(PretrainedError) as caught:
        pretrained.take_imagenet()
    assert pretrained.IMAGENET_FILE in str(caught.value)
    assert str(pretrained.folder()) in str(caught.value)


def test_a_file_that_was_put_there_by_hand(server, file):
    monkey = pretrained.folder()
    monkey.mkdir(parents=True)
    (monkey / pretrained.IMAGENET_FILE).write_bytes(file[:-5])
    server.shutdown()
    with pytest.raises(PretrainedError, match="is not torchvision's"):
        pretrained.take_imagenet()
    (monkey / pretrained.IMAGENET_FILE).write_bytes(file)
    assert pretrained.take_imagenet().source == "imagenet"


def test_torchvisions_address_and_sum_are_those_of_its_own_code(monkeypatch):
    monkeypatch.delenv(pretrained.URL_VARIABLE, raising=False)
    url = torchvision.models.ResNet18_Weights.IMAGENET1K_V1.url
    assert pretrained.imagenet_url() == url
    assert url.endswith(pretrained.IMAGENET_FILE)
    assert f"-{pretrained.IMAGENET_SHA}." in url


def test_files_of_strangers(model, file):
    foreign = torchvision.models.resnet34(num_classes=2).state_dict()
    with pytest.raises(PretrainedError, match="not the weights of torchvision's resnet18"):
        pretrained.keep(foreign, source="file", title="34", owner="ann")
    missing = {name: tensor for name, tensor in model.state_dict().items() if name != "layer3.0.conv1.weight"}
    (found,) = pretrained.differences(missing)
    assert (found.key, found.problem) == ("layer3.0.conv1.weight", "missing in the file")
    poisoned = dict(model.state_dict())
    poisoned["conv1.weight"] = torch.full_like(poisoned["conv1.weight"], float("nan"))
    with pytest.raises(PretrainedError, match=r"conv1.weight hold values that are no numbers"):
        pretrained.keep(poisoned, source="file", title="nan", owner="ann")
    with pytest.raises(WeightsError, match="broken"):
        read_weights(file[:1_000_000])
    assert names() == []
    assert pretrained.differences(model.state_dict()) == []  # any last layer will do


def test_half_precision_and_old_files_are_taken_in(model):
    old = {name: t.half() for name, t in model.state_dict().items() if "num_batches" not in name}
    kept = pretrained.load(pretrained.keep(old, source="file", title="old", owner="ann").sha256)
    assert kept["conv1.weight"].dtype == torch.float32
    assert kept["bn1.num_batches_tracked"] == 0
    torch.testing.assert_close(kept["conv1.weight"], model.conv1.weight.detach().half().float())


def test_torchvisions_older_file_is_taken_in(model):
    """It is still online: parameters and buffers in the format before PyTorch 1.6, 102 keys without the counters."""
    old = collections.OrderedDict(
        (name, dict(model.named_parameters()).get(name, tensor))
        for name, tensor in model.state_dict().items()
        if not name.endswith("num_batches_tracked")
    )
    assert len(old) == 102
    buffer = io.BytesIO()
    torch.save(old, buffer, _use_new_zipfile_serialization=False)
    weights = read_weights(buffer.getvalue()).weights
    assert pretrained.differences(weights) == []
    kept = pretrained.load(pretrained.keep(weights, source="file", title="old", owner="ann").sha256)
    assert torch.equal(kept["layer4.1.conv2.weight"], model.state_dict()["layer4.1.conv2.weight"])
    assert kept["layer4.1.bn2.num_batches_tracked"] == 0


@pytest.mark.parametrize("prefix", ["module.", "_orig_mod.", "model.", "module.backbone."])
def test_the_backbone_of_a_larger_network_is_taken_in(model, prefix):
    """As a classifier holds it that has a head of its own."""
    state = {f"{prefix}{name}": tensor for name, tensor in model.state_dict().items() if not name.startswith("fc.")}
    buffer = io.BytesIO()
    torch.save({"state_dict": state | {"head.weight": torch.ones(2, 512)}}, buffer)
    file = read_weights(buffer.getvalue())
    assert pretrained.differences(file.weights) == []
    assert file.unwrapped.endswith('Left out, as no part of the network: "head.weight".')
    assert pretrained.keep(file.weights, source="file", title="a", owner="ann").source == "file"


def test_what_one_person_brought_is_not_in_anothers_list(model):
    state = model.state_dict()
    ann = pretrained.keep(state, source="file", title="  my\n weights ", owner="ann")
    assert ann.title == "my weights"
    assert pretrained.stored("bob") == []
    bob = pretrained.keep(state, source="file", title="his", owner="bob")
    assert ann.sha256 == bob.sha256
    assert [w.title for w in pretrained.stored("ann")] == ["my weights"]
    assert len([name for name in names() if name.endswith(".safetensors")]) == 1


def test_a_damaged_store_and_a_forged_hash_are_sentences(model):
    stored = pretrained.keep(model.state_dict(), source="file", title="a", owner="ann")
    path = pretrained.folder() / f"{stored.sha256}.safetensors"
    assert set(load_file(path)) == set(pretrained.load(stored.sha256))
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(PretrainedError, match="are damaged"):
        pretrained.load(stored.sha256)
    with pytest.raises(PretrainedError, match="not on this machine"):
        pretrained.load("0" * 64)
    with pytest.raises(PretrainedError, match="names no weights"):
        pretrained.load("../../etc/passwd")


def test_weights_of_a_run_of_this_lab(small):
    data = PickedDataSpec(n_train=200, n_test=100, classes=("ring", "star"), per_class=4)
    spec = TransferSpec(data=data, n_epochs=1, batch_size=8, n_threads=1)
    run = runs.create(spec, page="transfer", owner="ann")
    with pytest.raises(PretrainedError, match="wait until it has finished"):
        pretrained.of_run(run, "x", "ann")
    execute(str(run.folder))
    stored = pretrained.of_run(run, "two classes", "ann")
    assert (stored.classes, stored.dataset) == (("ring", "star"), "shapes10")
    assert stored.spec == WeightsSpec(source="here", sha256=stored.sha256)
    left = read_weights(weights.state_dict_bytes(run)).weights
    assert torch.equal(pretrained.load(stored.sha256)["layer4.1.conv2.weight"], left["layer4.1.conv2.weight"])
    other = runs.create(small(), page="perceptron", owner="ann")
    with pytest.raises(PretrainedError, match="another network"):
        pretrained.of_run(other, "x", "ann")


def test_who_knows_the_name_of_weights_may_begin_with_them(model):
    ann = pretrained.keep(model.state_dict(), source="file", title="hers · 1", owner="ann", classes=("a", "b"))
    for wrong in ("", "hers · 1", f"his · {ann.sha256[:8]}", f"hers · 1 · {ann.sha256[:7]}*", "hers · 1 · " + "0" * 8):
        assert pretrained.take(wrong, "bob") is None
    assert pretrained.stored("bob") == []
    assert pretrained.take(ann.name, "bob") == ann
    assert pretrained.stored("bob") == pretrained.stored("ann") == [ann]
    assert pretrained.stored("eve") == []


def test_weights_that_can_not_be_noted_are_a_sentence(model, monkeypatch):
    ann = pretrained.keep(model.state_dict(), source="file", title="hers", owner="ann")

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pretrained, "write_json", full)
    with pytest.raises(PretrainedError, match="full"):
        pretrained.take(ann.name, "bob")
