"""Looking for files that somebody put near a set: others come and go in the same folders meanwhile."""

import contextlib
import sqlite3
import threading

import pytest

from core.datasets import nearby
from core.datasets.registry import DATASETS


def test_a_file_that_goes_between_listing_and_looking_is_none(tmp_path):
    folder = tmp_path / "set"
    folder.mkdir()
    for name in ("stays.gz", "goes.gz"):
        (folder / name).write_bytes(b"12345")
    with nearby.one_look():
        assert {entry.name for entry in nearby.entries(folder)} >= {"stays.gz", "goes.gz"}
        (folder / "goes.gz").unlink()
        assert nearby.files_of_size(folder, 5) == [folder / "stays.gz"]
        assert nearby.what_is_wrong(folder / "goes.gz", 6, "") == ""


def test_a_room_that_opens_and_closes_its_file_stops_no_list_of_data_sets(tmp_path, monkeypatch):
    """SQLite deletes its log when the last one leaves: a page of forty people did not open then."""
    monkeypatch.setenv("CHALKNET_HOME", str(tmp_path))
    is_over = threading.Event()

    def room() -> None:
        while not is_over.is_set():
            with contextlib.closing(sqlite3.connect(tmp_path / "rooms.db")) as db:
                db.execute("PRAGMA journal_mode = WAL")
                db.execute("CREATE TABLE IF NOT EXISTS t (x)")

    other = threading.Thread(target=room)
    other.start()
    try:
        for _ in range(300):
            with nearby.one_look():
                assert all(dataset.info() for dataset in DATASETS)
    finally:
        is_over.set()
        other.join()


@pytest.mark.parametrize("size", [4, 6])
def test_only_files_of_exactly_that_size_are_found(tmp_path, size):
    (tmp_path / "five").write_bytes(b"12345")
    assert nearby.files_of_size(tmp_path, size) == []
    assert nearby.files_of_size(tmp_path, 5) == [tmp_path / "five"]
