"""What students get back: an HTML page each that holds everything in itself, and an index for the teacher.

All that a submission says is escaped, and a page forbids itself to load or to run anything.
"""

import hashlib
import html
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable
from pathlib import Path

from core.assignments.assignment import Assignment
from core.grading.checks import Note
from core.grading.files import GradingError
from core.grading.gradebook import Gradebook, Row
from core.grading.task_mark import Part, TaskMark, number_of
from core.lab.files import disk_sentence

CSV_NAME, INDEX_NAME = "grades.csv", "index.html"


def files_of(book: Gradebook) -> dict[str, str]:
    """Everything that is given back: names of files to their texts."""
    pages = {file_name(row): page_of(row, book.assignment) for row in book.rows}
    return {CSV_NAME: book.to_csv(), INDEX_NAME: index_of(book)} | pages


def write(book: Gradebook, folder: Path) -> None:
    """Put all of it into a folder.

    Raises
    ------
    GradingError
        If it can't be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files_of(book).items():
            partial = folder / f"{name}.partial"
            partial.write_text(text, encoding="utf-8", newline="")
            partial.replace(folder / name)
    except OSError as error:
        raise GradingError(disk_sentence(error, folder).replace("The run", "What was marked")) from error


def as_zip(book: Gradebook) -> bytes:
    """All of it in one file."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files_of(book).items():
            archive.writestr(name, text.encode())
    return packed.getvalue()


def file_name(row: Row) -> str:
    """Of a student's page: letters, digits and dashes, and a mark that no other student has."""
    plain = unicodedata.normalize("NFKD", row.student).encode("ascii", "ignore").decode().lower()
    mark = hashlib.sha256(row.key.encode()).hexdigest()[:8]
    return f"{re.sub('[^a-z0-9]+', '-', plain).strip('-')[:40] or 'student'}-{mark}.html"


def page_of(row: Row, assignment: Assignment) -> str:
    """The page of a student; what names others stands in the table and in the index alone."""
    parts = [
        f"<h1>{_text(row.student)}</h1>",
        f"<p class='quiet'>{_text(assignment.title)} · {assignment.code}</p>",
        f"<p class='sum'><b>{number_of(row.points)}</b> of {number_of(assignment.points)} points{_open(row)}</p>",
        _notes(note for note in row.notes if not note.names_others),
        *(_task(mark) for mark in row.marks),
    ]
    return _page(f"{row.student}: {assignment.title}", parts)


def index_of(book: Gradebook) -> str:
    """The page that leads to all of them."""
    assignment = book.assignment
    head = "".join(
        f"<th scope='col'>{name}</th>"
        for name in ("Student", *(f"Task {number}" for number, _ in assignment.numbered()), "Sum", "Status", "Notes")
    )
    lines = "".join(
        f"<tr><th scope='row'><a href='{file_name(row)}'>{_text(row.student)}</a></th>"
        + "".join(f"<td>{'–' if mark.points is None else number_of(mark.points)}</td>" for mark in row.marks)
        + f"<td>{number_of(row.points)}</td><td>{row.status}</td><td>{_text(row.told)}</td></tr>"
        for row in book.rows
    )
    parts = [
        f"<h1>{_text(assignment.title)}</h1>",
        f"<p class='quiet'>{assignment.code} · {number_of(assignment.points)} points · "
        f"{len(book.rows):,} students</p>",
        *(f"<p class='doubt'>{_text(trouble)}</p>" for trouble in book.troubles),
        f"<div class='wide'><table class='all'><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></div>",
        _left(book.left),
    ]
    return _page(assignment.title, parts)


def _left(left: list[Row]) -> str:
    if not left:
        return ""
    lines = "".join(
        f"<tr><th scope='row'>{_text(row.file)}</th><td>{_text(row.student)}</td><td>{_text(row.told)}</td></tr>"
        for row in left
    )
    return f"<h2>Not marked</h2><div class='wide'><table class='all'>{lines}</table></div>"


def _open(row: Row) -> str:
    n = sum(mark.points is None for mark in row.marks)
    return f", {n:,} of {len(row.marks):,} tasks not marked yet" if n else ""


def _notes(notes: Iterable[Note]) -> str:
    lines = "".join(f"<li{' class=doubt' if note.is_doubt else ''}>{_text(note.text)}</li>" for note in notes)
    return f"<ul>{lines}</ul>" if lines else ""


def _task(mark: TaskMark) -> str:
    words = f"<blockquote>{_text(mark.words)}</blockquote>" if mark.words else ""
    earns = f"<div class='rubric'><h3>What earns the points</h3><p>{_text(mark.rubric)}</p></div>"
    rubric = earns if mark.rubric else ""
    beside = f"<div class='beside'>{words}{rubric}</div>" if words or rubric else ""
    return (
        f"<section><h2><span>{mark.number}. {_text(mark.title)}</span><span class='points'>{mark.told}</span></h2>"
        f"<p class='asked'>{_text(mark.text)}</p><p>{_text(mark.reason)}</p>{_parts(mark.parts)}{beside}</section>"
    )


def _parts(parts: tuple[Part, ...]) -> str:
    lines = "".join(
        f"<tr><td class='{'right' if part.is_right else 'wrong'}'>{'✓ right' if part.is_right else '✗ wrong'}</td>"
        f"<th scope='row'>{_text(part.name)}</th><td class='given'>{_text(part.given) or '–'}</td>"
        f"<td class='said'>{_text(part.said)}</td></tr>"
        for part in parts
    )
    return f"<div class='wide'><table class='parts'>{lines}</table></div>" if lines else ""


def _text(text: str) -> str:
    """Of anybody: nothing in it is HTML, and nothing that no file can hold is left."""
    return html.escape(text.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}"))


def _page(title: str, parts: Iterable[str]) -> str:
    head, end = _PAGE.split("BODY")
    return "".join([head.replace("TITLE", _text(title)), "\n".join(filter(None, parts)), end])


_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>TITLE</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<style>
body { font: 16px/1.5 system-ui, sans-serif; color: #17231f; background: #fff; max-width: 980px; margin: 2rem auto;
  padding: 0 1.2rem; overflow-wrap: anywhere; }
h1 { margin: 0; } h2 { margin: 2rem 0 .5rem; color: #0b6b53; } h3 { margin: 0; font-size: 1rem; }
section h2 { display: flex; justify-content: space-between; gap: 1rem; }
.points { flex: none; color: #17231f; font-size: 1.1rem; font-weight: 500; } .quiet { color: #4c5b56; }
.sum b { font-size: 1.7rem; } .asked, blockquote, .rubric p { white-space: pre-wrap; } .asked { color: #4c5b56; }
.doubt { color: #8a3b00; } .right { color: #0b6b53; } .wrong { color: #a3213a; } .right, .wrong { white-space: nowrap; }
.beside { display: flex; flex-wrap: wrap; gap: 1.2rem; } .beside > * { flex: 1 1 300px; margin: 0; padding: .8rem 1rem;
  background: #f1f5f3; border-radius: 6px; } .rubric { background: #fff7e6 !important; }
.wide { overflow-x: auto; } table { border-collapse: collapse; overflow-wrap: normal; }
th { text-align: left; font-weight: 500; } td, th { padding: .2rem 1.2rem .2rem 0; vertical-align: top; }
.all td, .all th { border-top: 1px solid #d7e0dc; }
.parts th { white-space: nowrap; } .given { min-width: 4.5rem; max-width: 14rem; overflow-wrap: anywhere; }
@media (max-width: 600px) { .parts tr { display: grid; grid-template-columns: 5rem 1fr auto; }
  .said { grid-column: 1 / -1; } }
@media print { body { margin: 0; } section { break-inside: avoid; } }
</style></head><body>
BODY
</body></html>
"""
