"""Small files: replaced whole, and private where that is asked for."""

import os

import pytest

from core.lab.files import read_json, write_json


@pytest.mark.skipif(os.name != "posix", reason="other systems have other permissions")
def test_a_private_file_is_its_owners_alone_whatever_stood_there(tmp_path):
    path = tmp_path / "marks.json"
    path.write_text("{}")
    path.chmod(0o644)
    write_json(path, {"a": 1}, is_private=True)
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_json(path) == {"a": 1}


def test_what_can_not_be_written_leaves_the_old_file_and_no_other(tmp_path):
    path = tmp_path / "a.json"
    write_json(path, {"a": "é"})
    with pytest.raises(TypeError):
        write_json(path, {"a": object()}, is_private=True)
    assert read_json(path) == {"a": "é"}
    assert os.listdir(tmp_path) == ["a.json"]
