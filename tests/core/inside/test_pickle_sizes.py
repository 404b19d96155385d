"""Small files that grow when they are read: a pickle names a thing again by its number, and Python writes it out.

Each was a file that stopped the lab, or ended it: in a process of its own, as a fault would end the tests too.
"""

import io
import pickle
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import torch

from core.inside.torch_files import WeightsError, read_content

ROOT = Path(__file__).resolve().parents[3]
MOST = 10_000_000
READ = """
import sys
from core.inside.torch_files import WeightsError, read_content
for path in sys.argv[1:]:
    try:
        read_content(open(path, "rb").read(), most_bytes=10_000_000)
    except WeightsError as error:
        print(error, flush=True)
"""


def named(number):
    return b"h" + bytes([number])


def doubled(n):
    """A tuple of two of a tuple of two ..., which has 2 ** n places; its number in the memo is n."""
    return b"\x80\x02)q\x00" + b"".join(named(i) * 2 + b"\x86q" + bytes([i + 1]) for i in range(n))


def nested(n):
    """A tuple in a tuple in a tuple ..."""
    return b"\x80\x02)" + b"\x85" * n + b"q\x01"


PICKLES = {
    "a key with 2^60 places": doubled(60) + b"}" + named(60) + b"K\x01s.",
    "a set of one": doubled(60) + b"cbuiltins\nset\n]" + named(60) + b"a\x85R.",
    "a key that is asked for again and again": doubled(18) + b"}" + (named(18) + b"K\x01s") * 300_000 + b".",
    "a set of one, again and again": doubled(17)
    + b"]q\x50" + named(17) + b"acbuiltins\nset\nq\x51"
    + (named(0x51) + named(0x50) + b"\x85R") * 100_000 + b".",
    "a key a million deep": nested(900_000) + b"}" + named(1) + b"K\x01s.",
}  # fmt: skip


@pytest.fixture
def zipped():
    """A pickle as ``torch.save`` packs one."""

    def pack(content):
        plain, out = io.BytesIO(), io.BytesIO()
        torch.save({"a": torch.ones(2)}, plain)
        with zipfile.ZipFile(plain) as old, zipfile.ZipFile(out, "w") as new:
            for member in old.infolist():
                new.writestr(member.filename, content if member.filename.endswith("data.pkl") else old.read(member))
        return out.getvalue()

    return pack


def test_a_small_file_takes_no_more_time_than_it_has_values(zipped, tmp_path):
    paths = []
    for number, content in enumerate(PICKLES.values()):
        paths.append(tmp_path / f"{number}.pth")
        paths[-1].write_bytes(zipped(content))
    read = subprocess.run(
        [sys.executable, "-c", READ, *map(str, paths)], cwd=ROOT, capture_output=True, text=True, timeout=100
    )
    assert (read.returncode, read.stderr) == (0, "")
    said = dict(zip(PICKLES, read.stdout.splitlines(), strict=True))
    assert all(line.startswith("The file holds too much besides weights: ") for line in said.values()), said


def test_before_1_6_as_well(zipped):
    old = io.BytesIO()
    torch.save({"a": 1}, old, _use_new_zipfile_serialization=False)
    content = pickle.dumps({"a": 1}, 2)
    assert old.getvalue().count(content) == 1
    for bomb in (PICKLES["a key with 2^60 places"], PICKLES["a key a million deep"]):
        with pytest.raises(WeightsError, match="holds too much besides weights"):
            read_content(old.getvalue().replace(content, bomb), most_bytes=MOST)


def test_what_is_shared_and_deep_as_people_have_it_is_read(zipped):
    """An optimizer's groups share their settings; a configuration nests some ten levels."""
    shared, deep = (0.9, 0.999), 1
    for _ in range(40):
        deep = {"inner": deep}
    content = {"a": torch.ones(2), "groups": [{"betas": shared} for _ in range(1000)], "deep": deep}
    saved = io.BytesIO()
    torch.save(content, saved)
    read = read_content(saved.getvalue(), most_bytes=MOST)
    assert read["groups"] == content["groups"]
    assert read["deep"] == deep
