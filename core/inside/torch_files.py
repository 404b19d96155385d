"""Files that strangers wrote with ``torch.save`` or safetensors, read without running anything of them.

``torch.load(weights_only=True)`` runs no code that a file names. What it allows all the same is to take memory and time
by the number, so a pickle is looked through before it is loaded, and storages are counted as they come. What training
scripts put beside the weights and PyTorch alone refuses, such as NumPy's numbers, is read by stand-ins: a short list of
names that only hold data, none of which is ever looked up.
"""

import io
import pickletools
import re
import threading
import zipfile
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from core.inside.pickle_sizes import PickleSizes
from core.lab.errors import ChalknetError

MAX_OPERATIONS = 1_000_000  # of a file's pickle: a network of 500 tensors with Adam's state has 60,000
MAX_LEVELS = 200  # of dictionaries, lists and tuples in each other
MAX_PICKLE = 50_000_000  # bytes of it; tensors are not in it, NumPy's arrays are
SAVE_IT = "Save it with torch.save(model.state_dict(), PATH)."
_RUNS_CODE = f"it names code to run, which the lab refuses to do. {SAVE_IT}"


class WeightsError(ChalknetError):
    """A file whose weights can't be used; the sentence says why."""


def read_content(data: bytes, *, most_bytes: int) -> Any:
    """What a file holds, of whatever format it is.

    Parameters
    ----------
    data : bytes
        As ``torch.save`` (also before PyTorch 1.6) or ``safetensors`` wrote it.
    most_bytes : int
        What its tensors may take in memory.

    Raises
    ------
    WeightsError
        One sentence if it is broken, of another format, unpacks to too much, or wants to run code.
    """
    for offset, mark, what in _OTHER_FORMATS:
        if data[offset:].startswith(mark):
            raise WeightsError(f"The file is broken or no file of weights: {what}. {SAVE_IT}")
    if data[:2] == b"PK":
        return _read_zip(data, most_bytes)
    # A safetensors file begins with the length of its header, which may look like a pickle's first byte
    if data[:1] == b"\x80" and data[8:9] != b"{":
        return _read_before_1_6(data, most_bytes)
    return _read_safetensors(data)


# Where a mark stands, and what a file with it is
_OTHER_FORMATS = (
    (0, b"\x89HDF", "it is HDF5, as Keras writes it"),
    (0, b"\x1f\x8b", "it is packed with gzip, unpack it first"),
    (0, b"\x93NUMPY", "it is an array of NumPy"),
    (257, b"ustar", "it is a tar archive, as tar or PyTorch before 0.2 wrote it; unpack it first"),
)


def _read_zip(data: bytes, most_bytes: int) -> Any:
    """The format since PyTorch 1.6: a zip with a pickle, and each storage as a member."""
    looked, what = _Looked(), "The file holds more than weights"
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            # torch.save stores without compression; a file that claims more is a bomb
            if sum(member.file_size for member in members) > most_bytes:
                raise WeightsError(f"The file unpacks to more than {most_bytes / 1e6:,.0f} MB.")
            if any(member.filename.endswith("/constants.pkl") for member in members):
                raise WeightsError(f"{what}: as TorchScript {_RUNS_CODE}")
            for member in members:
                if member.filename.endswith("data.pkl"):
                    looked.must_fit(member.file_size)
                    looked.through(io.BytesIO(archive.read(member)))
        return _load(data, most_bytes)
    except WeightsError:
        raise
    except Exception as error:  # torch and its unpickler raise nearly anything on what they did not write
        raise _refusal(str(error), looked, what) from error


def _read_before_1_6(data: bytes, most_bytes: int) -> Any:
    """Five pickles one behind the other (magic number, version, system, content, keys), and then the storages."""
    looked, stream, what = _Looked(), io.BytesIO(data), "The file is broken or no file of weights"
    is_torchs = _MAGIC_NUMBER in data[:_FIRST]
    try:
        for _ in range(5 if is_torchs else 1):
            looked.through(stream)
            looked.must_fit(stream.tell())
        if is_torchs:
            return _load(data, most_bytes)
    except WeightsError:
        raise
    except Exception as error:
        raise _refusal(str(error), looked, what) from error
    if looked.code and looked.code != _PICKLED_STORAGE:
        raise WeightsError(f"{what}: {_RUNS_CODE} It names {_shown(looked.code)}.")
    raise WeightsError(f"{what}: pickle.dump wrote it, which can hold code. {SAVE_IT}")


_MAGIC_NUMBER = 0x1950A86A20F9469CFC6C.to_bytes(10, "little")  # with which torch.save began until PyTorch 1.6
_FIRST = 32  # bytes in which it stands
_PICKLED_STORAGE = "torch.storage._load_from_bytes"  # in a tensor that pickle has written without torch.save


def _read_safetensors(data: bytes) -> Any:
    from safetensors.torch import load

    try:
        return load(data)
    except Exception as error:
        raise WeightsError(
            "The file is broken or no file of weights; allowed are what torch.save and safetensors write."
        ) from error


@dataclass
class _Looked:
    """What pickles say, without obeying them.

    Attributes
    ----------
    code : str
        The first function or class that they name and that is none of PyTorch's or the stand-ins' data; "" if none is.
    protocol : int
        The highest.
    """

    code: str = ""
    protocol: int = 0
    _n_operations: int = 0

    def must_fit(self, n_bytes: int) -> None:
        """Raise ``WeightsError`` if a pickle has more bytes than any that comes with weights."""
        if n_bytes > MAX_PICKLE:
            raise WeightsError(f"The file holds too much besides weights: {n_bytes / 1e6:,.0f} MB. {SAVE_IT}")

    def through(self, stream: io.BytesIO) -> None:
        """Look through one pickle, to its end."""
        last = ["?", "?"]  # the texts that a STACK_GLOBAL can mean
        memo: dict[int, str] = {}
        sizes = PickleSizes()
        argument: Any
        for operation, argument, _ in pickletools.genops(stream):
            self._n_operations += 1
            sizes.step(operation, argument)
            if self._n_operations + sizes.n_places > MAX_OPERATIONS:
                raise WeightsError(f"The file holds too much besides weights: {MAX_OPERATIONS:,} values. {SAVE_IT}")
            if sizes.n_levels > MAX_LEVELS:
                raise WeightsError(f"The file holds too much besides weights: {MAX_LEVELS} levels. {SAVE_IT}")
            match operation.name:
                case "PROTO":
                    self.protocol = max(self.protocol, argument)
                case "GLOBAL" | "INST":
                    self._name(argument.replace(" ", "."))
                case "STACK_GLOBAL":
                    self._name(".".join(last))
                case "MEMOIZE" | "BINPUT" | "LONG_BINPUT":
                    memo[len(memo) if argument is None else argument] = last[1]
                case "BINGET" | "LONG_BINGET":
                    last = [last[1], memo.get(argument, "?")]
                case _ if isinstance(argument, str):
                    last = [last[1], argument]
                    if _codec(argument) in _SLOW_CODECS:
                        self._name(f"encodings.{_codec(argument)}")

    def _name(self, path: str) -> None:
        path = path.replace("__builtin__.", "builtins.")
        if _TAKES_MEMORY.fullmatch(path) or path.startswith("encodings."):
            raise WeightsError(f"The file names {_shown(path)}, with which a small file can stop the lab. {SAVE_IT}")
        if not self.code and path not in _DATA and not _TORCHS_DATA.fullmatch(path):
            self.code = path


# PyTorch allows these, which take as much memory as a number in the file says; no state dict has them
_TAKES_MEMORY = re.compile(r"builtins\.bytearray|torch(\.\w+)?\.\w*Tensor|torch\.storage\.TypedStorage")
_SLOW_CODECS = ("punycode", "idna")  # of _codecs.encode, which it allows too: 10,000 letters can take half a minute
# What weights_only=True allows by itself
_TORCHS_DATA = re.compile(
    r"torch\.(_utils\._rebuild_\w+|_tensor\._rebuild_\w+|nn\.parameter\.Parameter|serialization\._get_layout"
    r"|(\w+\.)?\w*Storage|\w+)|collections\.(OrderedDict|Counter)|_codecs\.encode|builtins\.(set|complex)"
)


def _codec(text: str) -> str:
    """The codec that a text names: Python passes over case, signs and foreign letters."""
    return re.sub("[^a-zA-Z0-9]+", "", text).lower()


def _load(data: bytes, most_bytes: int) -> Any:
    """``torch.load``, with storages counted and cleared as they come, and stand-ins for what only holds data."""
    n_bytes = 0

    def on_the_cpu(storage: Any, location: str) -> Any:
        nonlocal n_bytes
        n_bytes += storage.nbytes()
        if n_bytes > most_bytes:
            raise WeightsError(f"The file's tensors take more than {most_bytes / 1e6:,.0f} MB.")
        if data[:2] != b"PK":  # its numbers come later, or never: nobody shall see what this memory held before
            storage.fill_(0)
        return storage

    with _LOCK, torch.serialization.safe_globals([(stand_in, path) for path, stand_in in _DATA.items()]):
        return torch.load(io.BytesIO(data), map_location=on_the_cpu, weights_only=True)


_LOCK = threading.Lock()  # safe_globals changes what the whole process allows


def _refusal(said: str, looked: _Looked, what: str) -> WeightsError:
    """Why torch does not load a file, as a sentence."""
    if looked.code:
        return WeightsError(f"{what}: {_RUNS_CODE} It names {_shown(looked.code)}.")
    if "Unsupported operand" in said and looked.protocol > 2:
        unread = f"it has pickle's protocol {looked.protocol}, which weights_only=True cannot read"
        return WeightsError(f"{what}: {unread}. {SAVE_IT}")
    if "GLOBAL" in said or "Weights only" in said:
        return WeightsError(f"{what}: {_RUNS_CODE}")
    return WeightsError(f"The file is broken, or torch.save did not write it. {SAVE_IT}")


def _shown(name: str) -> str:
    """A name out of a stranger's file, as far as it is one."""
    return re.sub(r"[^\w.]", "?", name, flags=re.ASCII)[:80]


class _StandIn:
    """Stands for an object that holds data and no weights: whatever the file gives it is dropped."""

    def __new__(cls, *given: object) -> Any:
        return super().__new__(cls)

    def __setstate__(self, state: object) -> None: ...


class _AsDict:
    """Stands for a kind of dict, which the rest of the pickle fills."""

    def __new__(cls, *given: object) -> Any:
        return OrderedDict()  # the one kind that weights_only=True lets have attributes too


class _AsList:
    """Stands for a kind of list."""

    def __new__(cls, *given: object) -> Any:
        return []


class _DType(_StandIn):
    """``numpy.dtype`` as its pickle tells it: a kind with a size, such as ``"f8"``, then the order of the bytes."""

    code, order = "", "="

    def __new__(cls, *given: object) -> Any:
        made = super().__new__(cls)
        made.code = str(given[0]) if given else ""
        return made

    def __setstate__(self, state: object) -> None:
        if isinstance(state, tuple) and len(state) > 1 and state[1] in ("<", ">"):
            self.order = state[1]


def _number(dtype: object = None, data: object = None) -> Any:
    """A number of NumPy as Python's own. What else NumPy calls a scalar, such as a date, holds no weights either."""
    if isinstance(dtype, _DType) and isinstance(data, bytes) and re.fullmatch("b1|[iu][1248]|f[248]", dtype.code):
        return np.frombuffer(data, dtype.order + dtype.code)[0].item()
    return _StandIn()


def _dropped(module: str, *names: str) -> dict[str, type[_StandIn]]:
    # A class for each, so that a complaint about a value can say what it is
    return {f"{module}.{name}": type(name, (_StandIn,), {}) for name in names}


# What weights_only=True refuses, though it only holds data, and what stands for it: no name is ever looked up
_DATA: dict[str, Any] = (
    _dropped("numpy", "ndarray")
    | _dropped("argparse", "Namespace")
    | _dropped("types", "SimpleNamespace")
    | _dropped("typing", "Any")
    | _dropped("torch.torch_version", "TorchVersion")
    | _dropped("datetime", "date", "datetime", "time", "timedelta", "timezone")
    | _dropped(
        "builtins",
        "bool", "bytes", "dict", "float", "frozenset", "int", "list", "object", "range", "slice", "str", "tuple",
    )
    | _dropped("pathlib", *(_PATHS := ("Path", "PosixPath", "WindowsPath", "PurePosixPath", "PureWindowsPath")))
    | _dropped("pathlib._local", *_PATHS)
    | _dropped("omegaconf.base", "ContainerMetadata", "Metadata")
    | _dropped("omegaconf.dictconfig", "DictConfig")
    | _dropped("omegaconf.listconfig", "ListConfig")
    | _dropped(
        "omegaconf.nodes",
        "AnyNode", "BooleanNode", "BytesNode", "EnumNode", "FloatNode", "IntegerNode", "PathNode", "StringNode",
    )
    | {"numpy.dtype": _DType, "collections.deque": _AsList, "collections.defaultdict": _AsDict}
    | dict.fromkeys(("easydict.EasyDict", "yacs.config.CfgNode"), _AsDict)
    | {f"{name}.utilities.parsing.AttributeDict": _AsDict for name in ("pytorch_lightning", "lightning.pytorch")}
    | {f"{name}.multiarray.scalar": _number for name in ("numpy.core", "numpy._core")}
)  # fmt: skip
_DATA |= {f"{name}.multiarray._reconstruct": _DATA["numpy.ndarray"] for name in ("numpy.core", "numpy._core")}
