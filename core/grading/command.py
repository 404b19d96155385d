"""The command that marks a folder: says what it will do and how long that takes, does it, writes what came out.

What came out is kept beside it as the page keeps it (``kept_files``): points that were given once stay, without
``--marks`` too, for each submission that has not changed since.
"""

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

from core.assignments import desk
from core.assignments.assignment import Assignment, from_json, read_code
from core.engine import calibration
from core.engine.worker import calibrate
from core.grading import kept_files, marking
from core.grading.files import GradingError, read_folder
from core.grading.gradebook import Gradebook, read_marks
from core.grading.pages_of_students import CSV_NAME, INDEX_NAME, write
from core.grading.retraining import MOST_SECONDS
from core.lab.errors import ChalknetError
from core.lab.words import count, duration

OUT = "marked"
_BAR = 30  # letters


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    parsed = _parser().parse_args(arguments)
    try:
        return _mark(parsed)
    except (ChalknetError, OSError) as error:
        print(f"{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped; nothing was written.", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m core.grading",
        description="Mark what was handed in: checks it, trains its runs again, and writes a table and a page for each "
        "student.",
    )
    parser.add_argument("folder", type=Path, help="folder of the submissions, or a zip of a learning platform")
    parser.add_argument("--assignment", help="its file, or its code (default: that of most submissions)")
    parser.add_argument("--out", type=Path, help=f"folder for what is written (default: {OUT} in the folder)")
    parser.add_argument("--sample", type=_share, default=1.0, help="share of the students whose runs are trained again")
    parser.add_argument("--seed", type=int, default=0, help="of the sample (default: 0)")
    parser.add_argument("--most-seconds", type=_seconds, default=MOST_SECONDS,
                        help=f"a run that takes longer is not trained (default: {MOST_SECONDS:g})")  # fmt: skip
    parser.add_argument("--at-a-time", type=int, default=0, help="runs trained side by side (default: one per core)")
    parser.add_argument("--marks", type=Path, help="points that you give: a CSV with student, task, points")
    return parser


def _share(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is no share; allowed is 0 to 1, such as 0.2")
    return value


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 < value <= 86_400:
        raise argparse.ArgumentTypeError(f"{text} is not possible; allowed are 1 to 86400 seconds")
    return value


def _mark(parsed: argparse.Namespace) -> int:
    folder: Path = parsed.folder
    out = parsed.out or (folder if folder.is_dir() else folder.parent) / OUT
    given = read_marks(parsed.marks.read_bytes()) if parsed.marks else None
    wanted = _wanted(parsed.assignment) if parsed.assignment else None
    leave_out = [out, *(Path(path) for path in (parsed.marks, parsed.assignment) if path)]
    if calibration.load() is None:
        print("This machine is measured first, which takes some seconds.", file=sys.stderr)
        calibrate()
    known = calibration.load()
    if known is None:
        raise GradingError("This machine could not be measured: the lab's folder can't be written.")
    prepared = marking.prepare(
        read_folder(folder, leave_out), known, wanted=wanted, sample=parsed.sample, random_state=parsed.seed,
        most_seconds=parsed.most_seconds, n_at_once=max(0, parsed.at_a_time),
    )  # fmt: skip
    print(f"{prepared.assignment.code} “{prepared.assignment.title}”: {prepared.told}", flush=True)
    begin = time.monotonic()
    came_out = marking.mark(prepared, on_progress=_draw)
    if prepared.orders:
        print(f"Trained in {duration(time.monotonic() - begin)}.", flush=True)
    kept = kept_files.mark_anew(out / kept_files.NAME, came_out, given)
    book = kept.marked if given is None else came_out.with_points(given)
    write(book, out)
    if given is None and kept.points:
        print(f"Your points for {count(len(kept.points), 'task')} are kept from before.")
    print("\n".join([*kept.told, told_of(book)]))
    print(f"{out / CSV_NAME}\n{out / INDEX_NAME}")
    return 0


def told_of(book: Gradebook) -> str:
    """What came out, in lines."""
    states = Counter(row.status for row in book.rows)
    lines = [", ".join(f"{status}: {n:,}" for status, n in sorted(states.items()))] if states else []
    lines += [f"{row.student}: {row.told}" for row in book.rows if row.status == "look at it" and row.told]
    if book.left:
        lines.append(f"{count(len(book.left), 'file')} not marked:")
        lines += [f"  {row.file}: {row.told}" for row in book.left]
    if book.for_the_teacher:
        lines.append(
            f"{count(len(book.for_the_teacher), 'text')} for you: write student, task, points into a CSV and give it "
            "with --marks."
        )
    return "\n".join([*lines, *book.troubles]).encode("utf-8", "replace").decode()


def _wanted(text: str) -> Assignment | str:
    """A file's assignment; else a code, of this lab or of the submissions."""
    path = Path(text)
    if path.is_file():
        return from_json(path.read_bytes())
    code = read_code(text)
    try:
        return desk.find(code)
    except ChalknetError:  # set in another lab: the submissions hold it
        return code


def _draw(done: int, total: int) -> None:
    if sys.stderr.isatty():
        bar = "#" * int(_BAR * done / max(1, total))
        print(f"\r[{bar:<{_BAR}}] {done:,} of {total:,} runs", end="" if done < total else "\n", file=sys.stderr)
    elif done == total:
        print(f"{done:,} of {total:,} runs trained again.", file=sys.stderr)
