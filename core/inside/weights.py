"""Weights as files: given out as PyTorch people expect them, and taken in from strangers without trusting them.

A file is read with ``weights_only=True``, so nothing in it is ever executed. What training scripts put around the
weights comes off, and what is left is compared with the network key by key before a single weight is used.
"""

import io
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import torch
from torch import nn

from core.inside.inspection import network_of
from core.inside.torch_files import WeightsError, read_content
from core.inside.wrappers import unwrap
from core.models import build_model
from core.models.drawing import seeded
from core.runs import Run
from core.specs import AnyModelSpec, CNNSpec, MLPSpec, RunSpec, SpecError, parse_run_spec
from core.training import checkpoints

MAX_BYTES = 250_000_000  # the widest network of the lab with Adam's state has 204 MB
MAX_KEYS = 500
MAX_NAME = 300  # letters of a key
_COUNTER = ".num_batches_tracked"  # batch norm's, which PyTorch before 0.4.1 had not

Problem = Literal["missing in the file", "not in the network", "wrong shape"]


@dataclass(frozen=True)
class WeightsFile:
    """What a file holds: the weights, and the settings of the run where it brings them.

    Attributes
    ----------
    weights : dict of str to Tensor
        By the network's own names, whatever wrapped or prefixed them.
    unwrapped : str
        What was taken off, as plain text for people; "" if nothing was.
    spec, epoch
        What the file says of itself, if it does.
    """

    weights: dict[str, torch.Tensor]
    unwrapped: str = ""
    spec: RunSpec | None = None
    epoch: int | None = None


@dataclass(frozen=True)
class Difference:
    """One key in which a file and a network do not agree."""

    key: str
    problem: Problem
    in_network: tuple[int, ...] | None
    in_file: tuple[int, ...] | None


def state_dict_bytes(run: Run) -> bytes:
    """``torch.save(model.state_dict(), PATH)`` of the network at the run's end."""
    return _file(run, "model.pt").read_bytes()


def safetensors_bytes(run: Run) -> bytes:
    """The same weights in the safetensors format, which can hold nothing but tensors."""
    from safetensors.torch import save

    weights = checkpoints.load(_file(run, "model.pt"))
    return save({name: tensor.contiguous() for name, tensor in weights.items()})


def checkpoint_bytes(run: Run) -> bytes:
    """All that going on from the last whole epoch needs: weights, optimizer, epoch, random states, and the settings."""
    content = checkpoints.load(_file(run, "checkpoint.pt"))
    buffer = io.BytesIO()
    torch.save(content | {"spec": run.spec.model_dump_json()}, buffer)
    return buffer.getvalue()


def _file(run: Run, name: str) -> Path:
    path = run.folder / name
    if not path.exists():
        raise WeightsError("This run has not left its weights yet (or its folder was deleted).")
    return path


def read_weights(data: bytes) -> WeightsFile:
    """The weights of a file that somebody uploaded.

    Parameters
    ----------
    data : bytes
        As ``torch.save`` (also before PyTorch 1.6) or ``safetensors`` writes it: a state dict, or a checkpoint that has
        one. Prefixes of DataParallel, ``torch.compile``, Lightning and the like come off the names.

    Raises
    ------
    WeightsError
        One sentence if it is too large, broken, of another format, or wants to run code.
    """
    if len(data) > MAX_BYTES:
        raise WeightsError(f"The file has {len(data) / 1e6:,.0f} MB; allowed are {MAX_BYTES / 1e6:,.0f} MB.")
    content = read_content(data, most_bytes=MAX_BYTES)
    if not isinstance(content, dict):
        raise WeightsError(f"The file holds a {type(content).__name__}; expected is a state_dict.")
    unwrapped = unwrap(content, _known_names())
    _check(unwrapped.weights)
    epoch = content.get("epoch")
    # Plain ones: without the attributes that a file may have given its OrderedDict and tensors, which torch would trust
    weights = {name: tensor.detach() for name, tensor in unwrapped.weights.items()}
    return WeightsFile(weights, unwrapped.sentence, _spec_of(content), epoch if type(epoch) is int else None)


@cache
def _known_names() -> tuple[frozenset[str], ...]:
    """The names of each of the lab's networks; without batch norm's counters, which old files do not have."""
    specs = [*(cls() for cls in get_args(AnyModelSpec)), CNNSpec(batch_norm=False)]
    with torch.device("meta"):
        names = [build_model(spec, 10).state_dict() for spec in specs]
    return tuple(frozenset(name for name in each if not name.endswith(_COUNTER)) for each in names)


def _check(weights: dict[object, Any]) -> None:
    if not weights:
        raise WeightsError("The file holds no weights.")
    if len(weights) > MAX_KEYS:
        raise WeightsError(f"The file has {len(weights):,} keys; allowed are {MAX_KEYS}.")
    for key, value in weights.items():
        if not isinstance(key, str) or not isinstance(value, torch.Tensor):
            raise WeightsError(
                f"The file's {str(key)[:40]!r} is a {type(value).__name__}; a state_dict has names and tensors only."
            )
        if len(key) > MAX_NAME or not key.isprintable():
            raise WeightsError(f"The file's {key[:40]!r} is no name: allowed are {MAX_NAME} letters, digits and signs.")
        ordinary = type(value) in (torch.Tensor, nn.Parameter) and value.device.type == "cpu"
        if not ordinary or value.layout != torch.strided or value.is_quantized or value.is_complex():
            raise WeightsError(f"The file's {key[:40]!r} is no ordinary tensor of numbers.")
    # One number can be said to fill a tensor of any size
    if sum(tensor.numel() * tensor.element_size() for tensor in weights.values()) > 2 * MAX_BYTES:
        raise WeightsError(f"The file's tensors take more than {2 * MAX_BYTES / 1e6:,.0f} MB.")


def _spec_of(content: dict[str, Any]) -> RunSpec | None:
    try:
        return parse_run_spec(content["spec"], stored=True) if isinstance(content.get("spec"), str) else None
    except SpecError:
        return None


def differences(spec: AnyModelSpec, n_classes: int, weights: dict[str, torch.Tensor]) -> list[Difference]:
    """The keys in which a file and the network of a spec do not agree, in the network's order.

    Batch norm's counter may be missing: PyTorch before 0.4.1 had none, and ``load_state_dict`` then begins at 0.
    """
    with torch.device("meta"):
        wanted = {name: tuple(t.shape) for name, t in build_model(spec, n_classes).state_dict().items()}
    given = {name: tuple(t.shape) for name, t in weights.items()}
    found = []
    for name, shape in wanted.items():
        if name not in given and name.endswith(_COUNTER):
            continue
        if name not in given:
            found.append(Difference(name, "missing in the file", shape, None))
        elif given[name] != shape:
            found.append(Difference(name, "wrong shape", shape, given[name]))
    return found + [Difference(name, "not in the network", None, given[name]) for name in given if name not in wanted]


def restore(
    spec: CNNSpec | MLPSpec, n_classes: int, weights: dict[str, torch.Tensor], *, strict: bool, random_state: int = 0
) -> nn.Module:
    """``modelB.load_state_dict(weights, strict=strict)`` for a new network of the spec, in ``eval()`` mode.

    With ``strict=False`` what is missing keeps the random weights that ``random_state`` draws, as in PyTorch.

    Raises
    ------
    WeightsError
        Where PyTorch raises: at any difference if strict, else at a wrong shape. And where a weight is no number: all
        that such a network says is NaN.
    """
    found = differences(spec, n_classes, weights)
    fatal = [d for d in found if strict or d.problem == "wrong shape"]
    if fatal:
        rule = "strict=True allows no difference" if strict else "strict=False does not help against a wrong shape"
        raise WeightsError(f"{len(fatal)} of the keys do not fit, such as {fatal[0].key[:60]!r}; {rule}.")
    with seeded(random_state):
        model = build_model(spec, n_classes)
    model.load_state_dict(weights, strict=strict)
    for name, tensor in model.state_dict().items():
        if not bool(torch.isfinite(tensor).all()):
            raise WeightsError(f"The weights of {name} hold values that are no numbers (NaN or infinite).")
    return network_of(spec, n_classes, model.state_dict())
