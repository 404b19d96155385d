"""Go on from an earlier epoch with another learning rate: a new run that shares its first epochs with its parent.

The branch has the parent's history up to that epoch, its weights and the states of its random numbers, so it sees the
pictures in the order in which the parent would have gone on. Its optimizer begins anew, as its state is kept of the
last epoch only. ``RunSpec.earlier`` says the same in settings, so that the branch can be trained again from nothing,
by ``core.training`` or by its receipt, with the same losses.
"""

import json
import os
import shutil
from pathlib import Path

from core import runs
from core.lab import files
from core.lab.errors import ChalknetError
from core.runs import history, kept_epochs
from core.runs.store import Run
from core.specs import EarlierSpec, RunSpec, SpecError, parse_run_spec


def branch_spec(spec: RunSpec, epoch: int, learning_rate: float, n_more: int) -> RunSpec:
    """The settings of a branch.

    Parameters
    ----------
    spec : RunSpec
        Of the parent, which may be a branch itself.
    epoch : int
        The parent's epoch from which it goes on.
    learning_rate : float
    n_more : int
        Epochs to train behind that one.

    Raises
    ------
    SpecError
        If no run can have these settings.
    """
    earlier = [part for part in spec.earlier if part.until_epoch < epoch]
    earlier.append(EarlierSpec(until_epoch=epoch, optimizer=spec.optimizer_at(epoch - 1)))
    settings = spec.model_dump() | {
        "earlier": [part.model_dump() for part in earlier],
        "optimizer": spec.optimizer_at(epoch - 1).model_dump() | {"learning_rate": learning_rate},
        "n_epochs": epoch + n_more,
        "max_seconds": None,
    }
    return parse_run_spec(settings)


def make_branch(parent: Run, epoch: int, learning_rate: float, n_more: int, *, owner: str) -> Run:
    """The folder of a new run that begins where ``parent`` was after ``epoch``; queued, to be handed to the engine.

    The parent is only read, so it may be somebody else's.

    Raises
    ------
    SpecError
        If no run can have these settings.
    ChalknetError
        If that epoch is not kept, or the folder can't be written.
    """
    from core.training import checkpoints  # torch: only where a branch is made

    if n_more < 1:
        raise SpecError(f"n_more is {n_more}; allowed is a whole number from 1.")
    spec = branch_spec(parent.spec, epoch, learning_rate, n_more)
    try:
        begin = kept_epochs.load(parent.folder, epoch)
    except OSError as error:
        kept = ", ".join(map(str, kept_epochs.kept(parent.folder))) or "none"
        raise ChalknetError(f"Epoch {epoch} of this run is not kept; kept are: {kept}.") from error
    run = runs.create(spec, page=parent.meta.get("page", ""), owner=owner)
    try:
        (run.folder / history.FILE_NAME).write_text(_history_until(parent, epoch), encoding="utf-8")
        _share_epochs(parent, run, epoch)
        checkpoints.save(begin.state | {"model": begin.weights}, run.folder / "checkpoint.pt")
        files.write_json(run.folder / "meta.json", run.meta | {"parent": parent.id, "parent_epoch": epoch})
    except OSError as error:
        run.delete(owner)
        raise runs.RunStoreError(files.disk_sentence(error, run.folder.parent)) from error
    return run


def family(run: Run, known: list[Run], owner: str) -> list[Run]:
    """The runs that branch off from one another, parents before children.

    Parameters
    ----------
    run : Run
        Always in it.
    known : list of Run
        Where to look.
    owner : str
        Somebody else's runs are left out unless ``run`` descends from them.
    """
    by_id = {other.id: other for other in known} | {run.id: run}
    parents = {other.id: other.meta.get("parent") for other in by_id.values()}

    def ancestry(run_id: str) -> list[str]:
        """Root first; a deleted ancestor's id still ties its descendants together."""
        line: list[str] = []
        step: str | None = run_id
        while step and step not in line:
            line.append(step)
            step = parents.get(step)
        return line[::-1]

    own_line = ancestry(run.id)
    lines = {i: ancestry(i) for i, other in by_id.items() if i in own_line or other.belongs_to(owner)}
    members = [i for i, line in lines.items() if line[0] == own_line[0]]
    return [by_id[i] for i in sorted(members, key=lambda i: (len(lines[i]), by_id[i].meta.get("created", 0)))]


def _history_until(parent: Run, epoch: int) -> str:
    """The parent's events up to the end of an epoch, as lines of a history."""
    told = parent.history()
    epochs = [event for event in told.epochs if event["epoch"] <= epoch]
    begin = {
        "event": "begin",
        "epoch": 0,
        "step": 0,
        "seconds": 0.0,
        "n_steps_per_epoch": told.n_steps_per_epoch,
        "n_parameters": told.n_parameters,
    }
    batches = {
        "event": "batches",
        "step": 1,
        "seconds": epochs[-1]["seconds"],
        "losses": told.losses[: epochs[-1]["step"]],
        "n_correct": 0,
        "n_images": 0,
    }
    lines: list[dict[str, object]] = [begin, batches, *epochs]
    return "".join(json.dumps(line) + "\n" for line in lines)


def _share_epochs(parent: Run, run: Run, until: int) -> None:
    """Give the branch its parent's epochs: the same files under a second name, which takes no room."""
    (run.folder / kept_epochs.FOLDER).mkdir()
    for epoch in kept_epochs.kept(parent.folder):
        if epoch <= until:
            _link(kept_epochs.path_of(parent.folder, epoch), kept_epochs.path_of(run.folder, epoch))


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # a disk without hard links
        shutil.copyfile(source, target)
