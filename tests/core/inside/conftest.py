"""Files of weights as strangers write them."""

import io
import sys
import types
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
import torch


@pytest.fixture(scope="session")
def saved() -> Callable[..., bytes]:
    """What ``torch.save`` writes, in its format since PyTorch 1.6 or before."""

    def save(content: Any, form: str = "since 1.6", protocol: int = 2) -> bytes:
        buffer = io.BytesIO()
        new = form == "since 1.6"
        torch.save(content, buffer, _use_new_zipfile_serialization=new, pickle_protocol=protocol)
        return buffer.getvalue()

    return save


@pytest.fixture(scope="session")
def rewritten() -> Callable[..., bytes]:
    """The same zip with another pickle in it; ``options`` are those of ``ZipFile.open``."""

    def rewrite(data: bytes, change: Callable[[bytes], bytes], **options: Any) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
            for member in old.infolist():
                content = old.read(member)
                with new.open(member.filename, "w", **options) as file:
                    file.write(change(content) if member.filename.endswith("data.pkl") else content)
        return out.getvalue()

    return rewrite


@pytest.fixture
def foreign_class(monkeypatch: pytest.MonkeyPatch) -> Callable[..., type]:
    """Makes a class of a package that need not be installed."""

    def make(path: str, base: type = object) -> type:
        module, _, name = path.rpartition(".")
        parts = module.split(".")
        for k in range(1, len(parts) + 1):
            parent = ".".join(parts[:k])
            monkeypatch.setitem(sys.modules, parent, sys.modules.get(parent) or types.ModuleType(parent))
        made = type(name, (base,), {"__module__": module})
        monkeypatch.setattr(sys.modules[module], name, made, raising=False)
        return made

    return make
