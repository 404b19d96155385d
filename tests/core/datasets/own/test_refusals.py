"""Hostile and broken archives: each bad file is refused by name, and the rest is imported."""

import io
import os
import struct
import zipfile
import zlib

import numpy as np
import pytest
from PIL import Image

from core import datasets
from core.datasets.own import candidates
from core.datasets.own.importing import import_folder, import_zip


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CHALKNET_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def _picture(kind="PNG", size=(40, 30)):
    pixels = np.random.default_rng(0).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind)
    return file.getvalue()


def _huge_png():
    header = b"IHDR" + struct.pack(">IIBBBBB", 9_000, 9_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + header
        + struct.pack(">I", zlib.crc32(header))
        + b"\0\0\0\4IDAT"
    )


def _link(name):
    member = zipfile.ZipInfo(name)
    member.create_system, member.external_attr = 3, 0o120777 << 16
    return member


def _archive(members):
    """Three good pictures in each of two classes, and the given members: (name or ZipInfo, content)."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for k in ("cat", "dog"):
            for i in range(3):
                archive.writestr(f"{k}/{i}.png", _picture())
        for name, content in members:
            archive.writestr(name, content)
    return file.getvalue()


def _refused(content):
    """Import and give {name: reason}; the six good pictures must be there all the same."""
    report = import_zip(io.BytesIO(content), title="Bad")
    assert report.taken == {"cat": 3, "dog": 3}
    assert datasets.load(report.name).class_names == ("cat", "dog")
    return {refused.name: refused.reason for refused in report.refused}


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("cat/cut.jpg", _picture("JPEG", (300, 300))[:2_000], "is broken (image file is truncated"),
        ("cat/empty.png", b"", "is no picture that can be read"),
        ("cat/text.jpg", b"I am a text.", "is no picture that can be read"),
        ("cat/program.png", b"MZ\x90\x00" + bytes(100), "is no picture that can be read"),
        ("cat/no_suffix", b"I am a text.", "is no picture that can be read"),
        ("cat/labels.csv", b"a,b", "has the type .csv"),
        ("cat/inner.zip", b"PK", "has the type .zip"),
        ("cat/huge.png", _huge_png(), "is 9000 x 9000 pixels large"),
        ("cat/vector.svg", b"<svg/>", "has the type .svg"),
        ("cat/phone.heic", struct.pack(">I", 16) + b"ftypheic" + bytes(60), "is a HEIC picture, as iPhones take them"),
        ("cat/phone.jpg", struct.pack(">I", 16) + b"ftypheic" + bytes(60), "is a HEIC picture, as iPhones take them"),
        ("cat/photo.png", struct.pack(">I", 16) + b"ftypavif" + bytes(60), "is an AVIF picture; open it in a browser"),
        ("../../cat/out.png", _picture(), "its path leaves the archive"),
        ("cat/../../out.png", _picture(), "its path leaves the archive"),
        ("cat\\..\\..\\out.png", _picture(), "its path leaves the archive"),
        ("/etc/cat/out.png", _picture(), "its path is absolute"),
        ("C:\\cat\\out.png", _picture(), "its path is absolute"),
        ("c:/cat/out.png", _picture(), "its path is absolute"),
        ("\\\\server\\cat\\out.png", _picture(), "its path is absolute"),
        (_link("cat/link.png"), b"/etc/passwd", "is a link"),
        ("cat/bomb.png", bytes(30_000_000), "unpacks to more than 200 times its packed size"),
        ("cat/large.png", bytes(65 * 1024 * 1024), "has 65 MB; allowed are 64 MB per file"),
    ],
    ids=lambda value: str(getattr(value, "filename", value))[:24] if not isinstance(value, bytes) else "",
)
def test_bad_member_is_refused_by_name_and_the_rest_is_imported(home, name, content, reason):
    refused = _refused(_archive([(name, content)]))
    assert list(refused) == [getattr(name, "filename", name)]
    assert next(iter(refused.values())).startswith(reason)
    written = {p.name for p in home.rglob("*")}
    assert not written & {"out.png", "link.png"}


def _patched(content, name, offset, value):
    """Overwrite two bytes of a member's two headers: ``offset`` counts from the local header's start."""
    content = bytearray(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        local = archive.getinfo(name).header_offset
    central = content.index(b"PK\x01\x02", content.rindex(name.encode()) - 46)
    content[local + offset : local + offset + 2] = struct.pack("<H", value)
    content[central + offset + 2 : central + offset + 4] = struct.pack("<H", value)
    return bytes(content)


def test_encrypted_member():
    content = _patched(_archive([("cat/secret.png", _picture())]), "cat/secret.png", 6, 1)
    assert _refused(content) == {"cat/secret.png": "is encrypted; make the archive without a password"}


def test_unknown_compression():
    content = _patched(_archive([("cat/odd.png", _picture())]), "cat/odd.png", 8, 97)
    assert _refused(content)["cat/odd.png"].startswith("is packed by a method that cannot be read here")


def test_flipped_bits_inside_the_archive():
    content = bytearray(_archive([("cat/flipped.png", _picture())]))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        start = archive.getinfo("cat/flipped.png").header_offset + 60
    content[start : start + 400] = bytes(b ^ 0x5A for b in content[start : start + 400])
    assert _refused(bytes(content))["cat/flipped.png"].startswith("is damaged in the archive")


def test_member_that_lies_about_its_size():
    """30 MB of zeros that claim to be 1 KB: no more than 1 KB is ever unpacked."""
    content = bytearray(_archive([("cat/liar.png", bytes(30_000_000))]))
    for start in range(len(content) - 4):
        if content[start : start + 4] == struct.pack("<I", 30_000_000):
            content[start : start + 4] = struct.pack("<I", 1_000)
    assert _refused(bytes(content))["cat/liar.png"].startswith("is damaged in the archive")


def test_too_much_in_all(monkeypatch):
    monkeypatch.setattr(candidates, "MAX_TOTAL", 6 * len(_picture()))
    refused = _refused(_archive([("cat/7.png", _picture()), ("dog/8.png", _picture())]))
    assert list(refused) == ["cat/7.png", "dog/8.png"]
    assert refused["dog/8.png"].endswith("of unpacked files, the most allowed")


def test_links_and_odd_files_in_a_folder(tmp_path):
    folder = tmp_path / "mine"
    for k in ("cat", "dog"):
        (folder / k).mkdir(parents=True)
        for i in range(3):
            (folder / k / f"{i}.png").write_bytes(_picture())
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.png").write_bytes(_picture())
    try:
        (folder / "cat" / "link.png").symlink_to(outside / "secret.png")
        (folder / "owls").symlink_to(outside, target_is_directory=True)
    except OSError:
        pytest.skip("this system lets nobody make links")
    (folder / "dog" / "large.bmp").write_bytes(b"")
    os.truncate(folder / "dog" / "large.bmp", candidates.MAX_FILE + 1)
    expected = {"cat/link.png": "is a link", "owls": "is a link", "dog/large.bmp": "has 65 MB; allowed"}
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "dog" / "pipe.png")
        expected["dog/pipe.png"] = "is no regular file"
    report = import_folder(folder, title="Links")
    assert report.taken == {"cat": 3, "dog": 3}
    found = {r.name: r.reason for r in report.refused}
    assert found.keys() == expected.keys()
    assert all(found[name].startswith(reason) for name, reason in expected.items())


def test_a_jpeg_that_is_called_heic_is_a_picture():
    """As messengers save what a phone has sent."""
    content = _archive([("cat/sent.heic", _picture("JPEG"))])
    assert import_zip(io.BytesIO(content), title="Sent").taken == {"cat": 4, "dog": 3}
