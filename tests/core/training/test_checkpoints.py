"""core/checkpoints: written whole or not at all, and never able to run code."""

import pytest
import torch

from core.training import checkpoints


def test_a_checkpoint_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "run" / "checkpoint.pt"
    path.parent.mkdir()
    checkpoints.save({"epoch": 1, "weights": torch.ones(3)}, path)

    class Unwritable:
        def __reduce__(self):
            raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        checkpoints.save({"epoch": 2, "bad": Unwritable()}, path)
    assert checkpoints.load(path)["epoch"] == 1
    assert [p.name for p in path.parent.iterdir()] == ["checkpoint.pt"]


def test_a_checkpoint_on_a_full_disk_is_a_disks_error(tmp_path):
    """Not torch's own RuntimeError, which says nothing to anybody."""
    path = tmp_path / "checkpoint.pt"
    (tmp_path / "checkpoint.pt.partial").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        checkpoints.save({"weights": torch.ones(100_000)}, path)
    assert not path.exists()


def test_a_checkpoint_cannot_run_code(tmp_path):
    class Evil:
        def __reduce__(self):
            return (open, (str(tmp_path / "was here"), "w"))

    torch.save({"evil": Evil()}, tmp_path / "checkpoint.pt")
    with pytest.raises(Exception, match=r"[Ww]eights"):
        checkpoints.load(tmp_path / "checkpoint.pt")
    assert not (tmp_path / "was here").exists()
