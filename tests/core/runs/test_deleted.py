"""What was deleted comes back as it was, for a while, to its owner alone."""

import pytest

from core import runs
from core.lab.files import write_json
from core.runs import deleted
from core.runs.store import NotYoursError, RunStoreError


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_it_comes_back_as_it_was(home, new_run):
    run, other = new_run(), new_run()
    before = contents(run.folder)
    deleted.lay_aside(run, "ann")
    assert [one.id for one in runs.all_runs()] == [other.id]
    assert deleted.recent("ann") == [run.id]
    back = deleted.restore(run.id, "ann")
    assert contents(back.folder) == before
    assert {one.id for one in runs.all_runs()} == {run.id, other.id}
    assert deleted.recent("ann") == []


def test_only_its_owner_deletes_it_and_has_it_back(home, new_run):
    run = new_run()
    with pytest.raises(NotYoursError):
        deleted.lay_aside(run, "bob")
    deleted.lay_aside(run, "ann")
    assert deleted.recent("bob") == []
    with pytest.raises(RunStoreError, match="can't be brought back"):
        deleted.restore(run.id, "bob")


def test_after_a_while_it_is_gone_for_good(home, new_run):
    run, late = new_run(), new_run()
    deleted.lay_aside(run, "ann")
    grave = next((home / "runs").glob(".deleted-*"))
    write_json(grave / "deleted_at", {"time": 0})
    assert deleted.recent("ann") == []
    deleted.lay_aside(late, "ann")  # each deletion sweeps
    assert not grave.exists()
    with pytest.raises(RunStoreError, match="can't be brought back"):
        deleted.restore(run.id, "ann")


def test_names_that_are_no_ids_lead_nowhere(home):
    with pytest.raises(RunStoreError):
        deleted.restore("../../etc", "ann")
