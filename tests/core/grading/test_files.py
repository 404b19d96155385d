"""Folders, and zips as learning platforms give them: read without being unpacked, with a reason for what is not."""

import io
import os
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.assignments.submission import MOST_BYTES
from core.grading import files
from core.grading.files import GradingError, read_folder, read_uploads


def zipped(members, compression=zipfile.ZIP_DEFLATED):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return made.getvalue()


def why(found):
    return {one.name: one.why for one in found}


def test_a_folder_with_folders_and_zips_in_it(tmp_path):
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada" / "a.chalknet.json").write_bytes(b"1")
    (tmp_path / "b.json").write_bytes(b"2")
    (tmp_path / "c.zip").write_bytes(zipped({"Cleo_123/c.json": b"3", "__MACOSX/._c.json": b"x", "empty/": b""}))
    (tmp_path / ".hidden.json").write_bytes(b"x")
    (tmp_path / "marked").mkdir()
    (tmp_path / "marked" / "old.json").write_bytes(b"x")
    found = list(read_folder(tmp_path, [tmp_path / "marked"]))
    assert {one.name: one.data for one in found} == {
        "ada/a.chalknet.json": b"1", "b.json": b"2", "c.zip/Cleo_123/c.json": b"3",
    }  # fmt: skip


def test_one_file_is_read_too_and_no_folder_is_told(tmp_path):
    path = tmp_path / "all.zip"
    path.write_bytes(zipped({"a.json": b"1"}))
    assert [one.data for one in read_folder(path)] == [b"1"]
    with pytest.raises(GradingError, match="There is no folder"):
        list(read_folder(tmp_path / "nowhere"))


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("../../out.json", "leads out"), ("/etc/out.json", "leads out"), ("C:\\out.json", "leads out"),
     ("a\\..\\out.json", "leads out"), ("in.zip", "a zip in a zip"), ("x.exe", "ends in '.exe'")],
)  # fmt: skip
def test_names_in_a_zip_that_are_not_read(name, sentence):
    (found,) = read_uploads([("all.zip", zipped({name: b"{}"}))])
    assert found.data is None
    assert sentence in found.why


def test_bombs():
    """By its header, and by a header that lies."""
    packed = zipped({"bomb.json": b" " * 200_000_000})
    assert len(packed) < 300_000
    (found,) = read_uploads([("b.zip", packed)])
    assert "would unpack to 200,000,000 bytes" in found.why
    size = struct.pack("<I", 200_000_000)
    (found,) = read_uploads([("b.zip", packed.replace(size, struct.pack("<I", 100)))])
    assert found.data is None or len(found.data) <= 100
    many = zipped({f"{number}.json": b"1" for number in range(files.MOST_FILES + 5)}, zipfile.ZIP_STORED)
    found = list(read_uploads([("many.zip", many)]))
    assert len(found) == files.MOST_FILES + 1
    assert "more than" in found[-1].why


def test_many_that_are_large_together(monkeypatch):
    monkeypatch.setattr(files, "MOST_UNPACKED", 3_000)
    found = list(read_uploads([("b.zip", zipped({f"{number}.json": b" " * 1_000 for number in range(9)}))]))
    assert len(found) == 4
    assert "nothing was read" in found[-1].why


def test_what_is_too_large_or_no_file(tmp_path):
    (tmp_path / "large.json").write_bytes(b" " * (MOST_BYTES + 1))
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "gone.json").symlink_to(tmp_path / "nowhere")
    told = why(read_folder(tmp_path))
    assert "a submission has" in told["large.json"]
    assert told["pipe.json"] == told["gone.json"] == "It is no file."


@given(st.data())
def test_a_torn_or_changed_zip_is_told(data):
    whole = bytearray(zipped({"a/x.json": b"abc" * 300, "b.json": b"1"}))
    if data.draw(st.booleans()):
        whole = whole[: data.draw(st.integers(0, len(whole)))]
    for _ in range(data.draw(st.integers(0, 4)) if whole else 0):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    for one in read_uploads([("t.zip", bytes(whole))]):
        assert (one.data is None) == bool(one.why)


def test_an_encrypted_zip_is_told():
    packed = bytearray(zipped({"a.json": b"1"}, zipfile.ZIP_STORED))
    packed[6] |= 1  # in the file's own header
    packed[packed.index(b"PK\x01\x02") + 8] |= 1  # and in the list at the end
    (found,) = read_uploads([("e.zip", bytes(packed))])
    assert "can't be unpacked" in found.why
