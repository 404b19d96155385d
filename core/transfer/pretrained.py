"""Pretrained weights: torchvision's ImageNet file, a person's own file, or those of a run of this lab.

What is taken in is kept once, as ``weights/<sha256>.safetensors``, named by a hash of its numbers: a run's settings
name that hash, so they decide its losses, and nothing can pass for something else. Beside it stands a small record of
where it came from, one for each person who brought it.
"""

import hashlib
import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.datasets import downloads
from core.lab import paths
from core.lab.errors import ChalknetError
from core.lab.files import disk_sentence, read_json, write_json
from core.lab.owners import belongs_to, owner_mark
from core.runs import Run
from core.specs.models import ResNet18Spec
from core.specs.transfer import PickedDataSpec, WeightsSource, WeightsSpec

if TYPE_CHECKING:  # a page lists weights without torch
    import torch

    from core.inside.weights import Difference

IMAGENET_FILE = "resnet18-f37072fd.pth"  # torchvision's name; it holds the beginning of the file's SHA-256
IMAGENET_SHA = "f37072fd"
IMAGENET_BYTES = 60_000_000  # at most; the published file has 47 MB
URL_VARIABLE = "CHALKNET_IMAGENET_URL"
_NAME = re.compile(r"(?P<title>.*) · (?P<sha256>[0-9a-f]{8})")


class PretrainedError(ChalknetError):
    """Weights that are not there, or can't be used; the sentence says why and what to do."""


@dataclass(frozen=True)
class Stored:
    """Weights that runs can begin with, and where they came from."""

    sha256: str
    source: WeightsSource
    title: str  # for people; a file's name is shown as it is
    created: float
    dataset: str = ""  # of those pretrained here: on what
    classes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What a list of them and a link call it; two of one title differ in the hash."""
        return f"{self.title} · {self.sha256[:8]}"

    @property
    def spec(self) -> WeightsSpec:
        """As a run's settings name them."""
        return WeightsSpec(source=self.source, sha256=self.sha256)


def folder() -> Path:
    """Where weights are kept, and where a person puts torchvision's file by hand."""
    return paths.home() / "weights"


def stored(owner: str) -> list[Stored]:
    """What a person can begin with, newest first: ImageNet's, and what they brought or trained."""
    found = {}
    for path in folder().glob("*.json"):
        sha256, _, mark = path.stem.partition(".")
        about = read_json(path)
        if about and (about.get("source") == "imagenet" or belongs_to(mark, owner)) and _path(sha256).exists():
            found[sha256] = _as_stored(sha256, about)
    return sorted(found.values(), key=lambda weights: -weights.created)


def take(name: str, owner: str) -> Stored | None:
    """Let a person begin with weights that somebody else has brought and named in a link.

    Parameters
    ----------
    name : str
        As ``Stored.name`` has it: who knows the title and the hash was told of them.
    owner : str
        The person's key.

    Returns
    -------
    Stored or None
        None where no weights of that name are on this machine.

    Raises
    ------
    PretrainedError
        If it can't be noted, as the disk is full.
    """
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    for path in folder().glob(f"{found['sha256']}*.json"):
        about, sha256 = read_json(path), path.stem.partition(".")[0]
        if not about or about.get("title") != found["title"] or not is_stored(sha256):
            continue
        if about.get("source") != "imagenet":  # those are everybody's
            try:
                write_json(folder() / f"{sha256}.{owner_mark(owner)}.json", about)
            except OSError as error:
                raise PretrainedError(disk_sentence(error, folder())) from error
        return _as_stored(sha256, about)
    return None


def is_stored(sha256: str) -> bool:
    """Whether the weights of a hash are on this machine."""
    return _path(sha256).is_file()


def load(sha256: str) -> "dict[str, torch.Tensor]":
    """The backbone's weights of a hash: every tensor of ResNet-18's state dict but the last layer's.

    Raises
    ------
    PretrainedError
        If they are not here, or damaged.
    """
    from safetensors.torch import load_file

    try:
        weights: dict[str, torch.Tensor] = load_file(_path(sha256))
    except FileNotFoundError as error:
        raise PretrainedError(
            f"The weights {sha256[:8]} are not on this machine (any more). Choose others on the tab Weights."
        ) from error
    except Exception as error:  # safetensors' own errors on a damaged file
        raise PretrainedError(f"The kept weights {sha256[:8]} are damaged: {error}. Bring them in again.") from error
    return weights


def hash_of(weights: "Mapping[str, torch.Tensor]") -> str:
    """SHA-256 of the numbers, whatever the file they came in; ``weights`` as ``load`` gives them."""
    digest = hashlib.sha256()
    for name in sorted(weights):
        digest.update(f"{name} {tuple(weights[name].shape)}".encode())
        digest.update(weights[name].contiguous().numpy().tobytes())
    return digest.hexdigest()


def differences(weights: "dict[str, torch.Tensor]") -> "list[Difference]":
    """The keys in which a file and ResNet-18 do not agree; the last layer is new in any case and doesn't count."""
    from core.inside.weights import differences

    return [d for d in differences(ResNet18Spec(), 1000, weights) if not d.key.startswith("fc.")]


def keep(
    weights: "dict[str, torch.Tensor]",
    *,
    source: WeightsSource,
    title: str,
    owner: str,
    dataset: str = "",
    classes: tuple[str, ...] = (),
) -> Stored:
    """Take weights in.

    Parameters
    ----------
    weights : dict of str to Tensor
        A state dict of ResNet-18, with any last layer.
    source, title, dataset, classes
        As ``Stored`` has them.
    owner : str
        The person's key.

    Raises
    ------
    PretrainedError
        If they are of another network, hold what is no number, or the disk is full.
    """
    import torch
    from safetensors.torch import save

    wrong = differences(weights)
    if wrong:
        raise PretrainedError(
            f"These are not the weights of torchvision's resnet18: {len(wrong)} keys do not fit, such as "
            f"{wrong[0].key[:60]!r} ({wrong[0].problem})."
        )
    backbone = {}
    for name, tensor in weights.items():
        if name.startswith("fc."):
            continue
        kind = torch.int64 if name.endswith("num_batches_tracked") else torch.float32
        backbone[name] = tensor.detach().to(kind).contiguous().clone()
        if not bool(torch.isfinite(backbone[name]).all()):
            raise PretrainedError(f"The weights of {name} hold values that are no numbers (NaN or infinite).")
    for name in [n for n in backbone if n.endswith("running_var")]:  # PyTorch before 0.4.1 had no counter
        backbone.setdefault(name.replace("running_var", "num_batches_tracked"), torch.tensor(0))
    sha256, now, title = hash_of(backbone), time.time(), " ".join(title.split())[:120]
    try:
        folder().mkdir(parents=True, exist_ok=True)
        if not is_stored(sha256):
            partial = _path(sha256).with_suffix(f".{os.getpid()}.partial")
            try:
                partial.write_bytes(save(backbone))
                os.replace(partial, _path(sha256))
            finally:
                partial.unlink(missing_ok=True)
        about = {"source": source, "title": title, "created": now, "dataset": dataset, "classes": classes}
        write_json(folder() / f"{sha256}.{owner_mark(owner)}.json", about)
    except OSError as error:
        raise PretrainedError(disk_sentence(error, folder())) from error
    return Stored(sha256, source, title, now, dataset, classes)


def of_run(run: Run, title: str, owner: str) -> Stored:
    """Take in the weights that a run of this lab has left.

    Raises
    ------
    PretrainedError
        If it has left none, or is of another network.
    """
    from core.training import checkpoints

    if run.spec.model.kind != "resnet18":
        raise PretrainedError("This run has trained another network than ResNet-18.")
    try:
        weights = checkpoints.load(run.folder / "model.pt")
    except OSError as error:
        raise PretrainedError("This run has not left its weights (yet): wait until it has finished.") from error
    data = run.spec.data
    classes = data.classes if isinstance(data, PickedDataSpec) else ()
    return keep(weights, source="here", title=title, owner=owner, dataset=data.dataset, classes=classes)


def imagenet() -> Stored | None:
    """ImageNet's weights, if they have been taken in on this machine."""
    return next((weights for weights in stored("") if weights.source == "imagenet"), None)


def imagenet_url() -> str:
    """Where the file is: ``$CHALKNET_IMAGENET_URL``, else torchvision's server."""
    if chosen := os.environ.get(URL_VARIABLE):
        return chosen
    from torchvision.models import ResNet18_Weights

    return str(ResNet18_Weights.IMAGENET1K_V1.url)


def imagenet_by_hand() -> str:
    """How it is done without a network, as a sentence."""
    return f"put {IMAGENET_FILE} into {folder()} by hand."


def imagenet_file_is_there() -> bool:
    """Whether somebody has put torchvision's file into the folder, or it was downloaded."""
    return (folder() / IMAGENET_FILE).is_file()


def take_imagenet(
    on_progress: Callable[[int, int], None] | None = None, should_stop: Callable[[], bool] | None = None
) -> Stored:
    """Take in torchvision's ImageNet weights: from the folder if they are there, else by download.

    Parameters
    ----------
    on_progress, should_stop : callable, optional
        Called with (done, total) bytes, and asked, after each block.

    Raises
    ------
    PretrainedError
        If they can't be had; it says which file to put where.
    """
    target = folder() / IMAGENET_FILE
    try:
        folder().mkdir(parents=True, exist_ok=True)
        if not target.is_file():
            downloads.fetch(
                imagenet_url(),
                target,
                sha256=IMAGENET_SHA,
                most_bytes=IMAGENET_BYTES,
                on_progress=on_progress,
                should_stop=should_stop,
            )
    except downloads.DownloadStoppedError:
        raise
    except downloads.DownloadError as error:
        raise PretrainedError(f"ImageNet's weights could not be fetched. {error} Or {imagenet_by_hand()}") from error
    except OSError as error:
        raise PretrainedError(disk_sentence(error, folder())) from error
    return _take_official(target)


def _take_official(target: Path) -> Stored:
    from core.inside.weights import read_weights

    data = target.read_bytes()
    if not hashlib.sha256(data).hexdigest().startswith(IMAGENET_SHA):
        raise PretrainedError(
            f"{target} is not torchvision's {IMAGENET_FILE}: its SHA-256 sum does not begin with {IMAGENET_SHA}. "
            "It may be cut short: get it anew."
        )
    return keep(read_weights(data).weights, source="imagenet", title="ImageNet (IMAGENET1K_V1)", owner="")


def _as_stored(sha256: str, about: dict[str, Any]) -> Stored:
    return Stored(
        sha256, about["source"], about["title"], float(about["created"]), about.get("dataset", ""),
        tuple(about.get("classes", ())),
    )  # fmt: skip


def _path(sha256: str) -> Path:
    if not (len(sha256) == 64 and sha256.isalnum()):  # from a link: it must not name another file
        raise PretrainedError("This link names no weights: their hash has 64 letters and digits. Check the link.")
    return folder() / f"{sha256}.safetensors"

