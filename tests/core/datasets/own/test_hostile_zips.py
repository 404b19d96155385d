"""120 archives that mean no good or are broken: each is taken over in part or refused in sentences, and nothing of it
gets anywhere else. By hand all of them, ``CHALKNET_FUZZ=all``.
"""

import io
import random
import re
import struct
import zipfile
import zlib

import numpy as np
import pytest
from PIL import Image

from core import datasets
from core.datasets import DatasetError, import_zip
from core.datasets.own.survey import survey
from tests.outside import how_many, tree, watched

N = how_many(120, sample=12)


def picture(rng, kind="PNG", size=(9, 9)):
    pixels = np.random.default_rng(rng.randrange(2**32)).integers(0, 256, (*size[::-1], 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind)
    return file.getvalue()


def zipped(rng, members=(), *, method=zipfile.ZIP_DEFLATED):
    """Three good pictures in each of two classes, then ``members``: names or ZipInfos with their content."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name in ("cat", "dog"):
            for i in range(3):
                archive.writestr(f"{name}/{i}.png", picture(rng))
        for name, content in members:
            archive.writestr(name, content)
    return file.getvalue()


def raw(rng, names, *, utf8=False, flags=0, method=0, sizes=None, content=None, crc=None, system=3, mode=0o100644):
    """An archive written byte by byte, with what zipfile would not write: names of any bytes, sizes that lie."""
    out, central = io.BytesIO(), io.BytesIO()
    content = picture(rng) if content is None else content
    packed, size = sizes or (len(content), len(content))
    crc = zlib.crc32(content) if crc is None else crc
    flags |= 0x800 if utf8 else 0
    for name in names:
        begin = out.tell()
        common = struct.pack("<HHHHHIIIHH", 20, flags, method, 0, 0, crc, packed, size, len(name), 0)
        out.write(b"PK\3\4" + common + name + content)
        attributes = struct.pack("<HHHII", 0, 0, 0, mode << 16, begin)
        central.write(b"PK\1\2" + struct.pack("<BB", 20, system) + common + attributes + name)
    begin = out.tell()
    out.write(central.getvalue())
    ends = struct.pack("<HHHHIIH", 0, 0, len(names), len(names), len(central.getvalue()), begin, 0)
    out.write(b"PK\5\6" + ends)
    return out.getvalue()


NAMES = [
    "../../../../tmp/chalknet-slip.png", "cat/../../../slip.png", "..\\..\\slip.png", "/tmp/chalknet-slip.png",
    "//tmp/chalknet-slip.png", "C:\\slip.png", "c:slip.png", "\\\\host\\share\\slip.png", "cat/./../dog/../../slip.png",
    "cat/a\x00b.png", "cat/\x00", "cat/" + "x" * 60_000 + ".png", "cat/" * 4_000 + "a.png", "cat/\u202egnp.exe", "",
    "/", ".", "..", "cat/", "cat//a.png", "cat/ .png", "cat/CON.png", "cat/nul", "cat/a\nb.png", "cat/<script>.png",
    "cat/a.png/b.png", "cat/0.png", "CAT/0.png", "cat/é.png", "cat/e\u0301.png", "~/cat/a.png", "$HOME/a.png",
    "cat/%2e%2e/a.png", "cat/a.png\x00.exe", "cat\\0.png", "train/cat/a.png", "test/train/test/a.png", "__MACOSX/a.png",
    "cat/.hidden.png", "arrays/meta.json", "meta.json", "cat/train_images.npy", "../datasets/own/x.png",
]  # fmt: skip


def slips(rng):
    """Paths that lead out of the archive, or are none."""
    return zipped(rng, [(rng.choice(NAMES) or "a", picture(rng)) for _ in range(rng.randint(1, 6))])


def odd_bytes(rng):
    """Names of any bytes, with or without the sign that they are UTF-8, of any system."""
    names = [bytes(rng.randrange(256) for _ in range(rng.randint(0, 30))) for _ in range(rng.randint(1, 9))]
    names += [f"{folder}/{i}.png".encode() for folder in ("cat", "dog") for i in range(3)]
    return raw(rng, names, utf8=rng.random() < 0.5, system=rng.choice([0, 3, 7, 19, 255]))


def odd_kinds(rng):
    """Links, devices, pipes and folders that have a content."""
    members = []
    for mode in rng.sample([0o120777, 0o060600, 0o020600, 0o010600, 0o140777, 0o040755, 0o170000, 0o107777], 4):
        name = rng.choice(["cat/odd.png", "cat/deep/", "dog/odd"]) + str(mode)
        member = zipfile.ZipInfo(name)
        member.create_system, member.external_attr = 3, mode << 16
        members.append((member, rng.choice(["/etc/passwd", "../../../../etc/passwd", "/dev/zero", "/"]).encode()))
    return zipped(rng, members)


def bombs(rng):
    """Little that unpacks to much: zeros, layers, many files that are one, sizes that lie."""
    kind = rng.randrange(6)
    if kind == 0:
        return zipped(rng, [(f"cat/{i}z.png", bytes(rng.choice([10**6, 3 * 10**7, 7 * 10**7]))) for i in range(2)])
    if kind == 1:
        return zipped(rng, [("cat/z.bmp", bytes(10**7))], method=rng.choice([zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]))
    if kind == 2:  # one member, named a thousand times by the list of files
        data = bytearray(zipped(rng, [("cat/same.png", bytes(500_000))]))
        end = data.rindex(b"PK\5\6")
        n, size, begin = struct.unpack("<HII", data[end + 10 : end + 20])
        listed = data[begin : begin + size]
        last = listed[listed.rindex(b"PK\1\2") :]
        tail = struct.pack("<HHHHIIH", 0, 0, n + 1000, n + 1000, size + 1000 * len(last), begin, 0)
        return bytes(data[:begin] + listed + last * 1000 + b"PK\5\6" + tail)
    if kind == 3:
        names = [f"{folder}/{i}.png".encode() for folder in ("cat", "dog") for i in range(3)]
        sizes = rng.choice([(10, 2**32 - 1), (2**32 - 1, 10), (0, 0), (2**31, 2**31), (100, 10**6)])
        return raw(rng, names, sizes=sizes, method=rng.choice([0, 8, 12, 14, 93, 99]))
    if kind == 4:  # pictures that say that they are huge
        head = b"IHDR" + struct.pack(">IIBBBBB", *rng.choice([(2**31 - 1, 2**31 - 1), (1, 2**31 - 1)]), 8, 2, 0, 0, 0)
        png = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
        return zipped(rng, [("cat/huge.png", png), ("dog/huge.ppm", b"P6 99999 99999 255\n")])
    inner = zipped(rng)
    for _ in range(5):
        inner = zipped(rng, [("cat/inner.zip", inner), ("cat/inner.png", inner)])
    return inner


def lies(rng):
    """A list of files that is not true: counts, places, checksums, signs of encryption, several ends."""
    data = bytearray(zipped(rng))
    end = data.rindex(b"PK\5\6")
    kind = rng.randrange(6)
    if kind == 0:
        data[end + 8 : end + 12] = struct.pack("<HH", *[rng.choice([0, 1, 65535])] * 2)
    elif kind == 1:
        data[end + 12 : end + 20] = struct.pack("<II", rng.randrange(2**32), rng.randrange(2**32))
    elif kind == 2:
        data += b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, 46, rng.randrange(len(data)), 0)
    elif kind == 3:
        data = bytearray(rng.randbytes(rng.randint(1, 999))) + data
    elif kind == 4:
        names = [f"{folder}/{i}.png".encode() for folder in ("cat", "dog") for i in range(3)]
        flags = rng.choice([0x1, 0x8, 0x20, 0x40, 0x2000, 0xFFFF])
        data = bytearray(raw(rng, names, flags=flags, crc=rng.randrange(9)))
    else:  # zip64
        data[end:end] = b"PK\6\6" + struct.pack("<QHHIIQQQQ", rng.choice([44, 2**63]), 45, 45, 0, 0, *[2**60] * 4)
        data[-22:-22] = b"PK\6\7" + struct.pack("<IQI", 0, end, 1)
    return bytes(data)


def damaged(rng):
    """Cut, with bytes that are others, or two archives in one."""
    data = bytearray(zipped(rng, [("cat/x.jpg", picture(rng, "JPEG", (40, 40)))]))
    kind = rng.randrange(3)
    if kind == 0:
        return bytes(data[: rng.randrange(len(data))])
    if kind == 1:
        for _ in range(rng.randint(1, 30)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        return bytes(data)
    return bytes(data[: rng.randrange(len(data))] + zipped(rng))


def no_zips(rng):
    """Something else by the name of a zip."""
    begins = [b"", b"PK", b"PK\3\4", b"PK\5\6", b"Rar!\x1a\7", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08", b"#!/bin/sh\n"]
    return rng.choice(begins) + rng.randbytes(rng.randint(0, 3000))


KINDS = (slips, odd_bytes, odd_kinds, bombs, lies, damaged, slips, no_zips)


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CHALKNET_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def test_no_archive_gets_out_of_the_lab_or_breaks_it(home, tmp_path):
    canary = tmp_path / "canary"
    canary.write_text("nobody reads this")
    outside = {k: v for k, v in tree(tmp_path).items() if not k.startswith("home")}
    n_taken, wrong = 0, []
    for number in range(N):
        rng = random.Random(number)
        kind = KINDS[number % len(KINDS)]
        data = kind(rng)
        said = ""
        with watched(home) as strange:
            try:
                found = survey(io.BytesIO(data), is_folder=False)
                classes = dict.fromkeys(list(found.classes)[2:])
                report = import_zip(io.BytesIO(data), title=f"Hostile {number}", classes=classes, owner="eve")
                n_taken += 1
                assert datasets.load(report.name).train_images.shape[1:] == (32, 32, 3)
                said = " ".join(f"It {refused.reason}." for refused in report.refused)
            except DatasetError as error:
                said = str(error)
            except Exception as error:
                wrong.append(f"{number} {kind.__name__}: {type(error).__name__}: {error}")
        wrong += [f"{number} {kind.__name__}: {what}" for what in strange]
        if re.search(r"0x[0-9a-f]{6}|Traceback|Errno", said):
            wrong.append(f"{number} {kind.__name__} says {said[:300]}")
    assert {k: v for k, v in tree(tmp_path).items() if not k.startswith("home")} == outside
    # Nothing but arrays, their records and who has them: no file of an archive under a name of its own
    assert {path.suffix for path in (home / "datasets").rglob("*") if path.is_file()} <= {".npy", ".json", ".holder"}
    assert not [path for path in home.rglob("*") if path.is_symlink()]
    assert not wrong, "\n".join(wrong)
    assert 0 < n_taken < N
