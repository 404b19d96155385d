"""K folds as blocks: a row per network, a block per part of the pictures, in colour the part that it is judged on."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from core.charts.colours import series_colour
from core.crossval import fold_scores
from core.crossval.fold_scores import FoldScore, Summary
from core.lab.words import duration, of_all, percent
from core.runs.experiments import Snapshot
from pages.shared.components import component

_COMPONENT = Path(__file__).parent / "components" / "fold_blocks"


@dataclass(frozen=True)
class Row:
    """One fold.

    Attributes
    ----------
    name : str
        Such as ``"fold 1"``.
    held : int
        The part that it is judged on, from 0.
    state : str
        ``"waits"``, ``"trains"``, ``"done"``, or ``"none"`` where it has ended without a score.
    value, note : str
        At the end of the row: its score and seconds, or how far it is.
    title : str
        Where the pointer stands: the interval of a score of few pictures.
    said : str
        The whole row as a sentence, for screen readers.
    colour : str
    """

    name: str
    held: int
    state: str
    value: str
    note: str
    title: str
    said: str
    colour: str


def blocks_picture(now: Snapshot) -> None:
    """Which part each fold is judged on, its score, and the mean of those that have one."""
    if scores := fold_scores.read(now):
        n_folds = scores[0].spec.n_folds
        total = fold_scores.summary(fold_scores.accuracies(scores), n_folds)
        fold_blocks(rows_of(scores), parts=n_folds, total=total, key=f"fold_blocks_{scores[0].member.run.id}")


def fold_blocks(rows: Sequence[Row], *, parts: int, total: Summary | None = None, key: str) -> None:
    """Draw them, and below them the mean where ``total`` has one; ``parts`` is K. Cheap enough for each poll."""
    mean = mean_told(total, parts) if total is not None and total.n else None
    draw = component(_COMPONENT, common=["in_lecture.js"], scripts=["blocks.js", "fold_blocks.js"])
    draw(key=key, data={"rows": [asdict(row) for row in rows], "parts": parts, "mean": mean})


def planned(n_folds: int) -> list[Row]:
    """The folds before anything was started."""
    return [_row(f"fold {k + 1}", k, n_folds, "waits", "", "", "not started") for k in range(n_folds)]


def rows_of(scores: Sequence[FoldScore]) -> list[Row]:
    """The folds as they stand."""
    return [_as_it_stands(score) for score in scores]


def mean_told(total: Summary, n_folds: int) -> dict[str, str]:
    """What stands below the rows."""
    of = of_all(total.n, n_folds, "fold")
    if total.n < 2:
        return {"told": of, "value": percent(total.mean)}
    return {
        "told": f"mean ± standard deviation, {of}",
        "value": f"{percent(total.mean)} ± {100 * total.deviation:.1f} points",
    }


def _as_it_stands(score: FoldScore) -> Row:
    name, held, n_folds = score.name, score.spec.fold, score.spec.n_folds
    status, share, rate = score.member.status.name, score.member.share, score.member.rate
    if score.accuracy is not None:
        value = percent(score.accuracy) if rate is None else rate.told()
        seconds = duration(score.member.history.seconds)
        title = rate.interval_told if rate is not None and rate.is_of_few else ""
        said = f"{value}{f' ({title})' if title else ''} classified correctly, trained for {seconds}"
        return _row(name, held, n_folds, "done", value, seconds, said, title)
    if status not in ("queued", "running"):
        return _row(name, held, n_folds, "none", "–", status, status)
    trained = f"{share:.0%} trained"
    if status == "running":
        return _row(name, held, n_folds, "trains", f"{share:.0%}", "trained", f"it trains: {trained}")
    waits = f"{trained}, waiting" if share else "waiting"  # one that was interrupted waits again
    return _row(name, held, n_folds, "waits", f"{share:.0%}" if share else "…", "waiting", waits)


def _row(
    name: str, held: int, n_folds: int, state: str, value: str, note: str, became: str, title: str = ""
) -> Row:
    others = "the other part" if n_folds == 2 else f"the other {n_folds - 1} parts"
    said = f"{name[:1].upper()}{name[1:]}: judged on part {held + 1}, trained on {others}; {became}."
    return Row(name, held, state, value, note, title, said, series_colour(held))
