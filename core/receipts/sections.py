"""A script in parts: each has a heading, and follows those before it; some read files that lie beside the script."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from core.receipts import beside


@dataclass(frozen=True)
class Attachment:
    """A file that belongs beside a script.

    Attributes
    ----------
    name : str
    does : str
        What it is for, as the end of a sentence that begins with its name.
    content : callable
        Gives its bytes; it may take seconds.
    missing : str
        Why it can't be had, as a sentence; empty where it can.
    """

    name: str
    does: str
    content: Callable[[], bytes]
    missing: str = ""

    @property
    def is_code(self) -> bool:
        """Whether it can be read by people."""
        return self.name.endswith(".py")


@dataclass(frozen=True)
class Section:
    """A part of the script: a heading, code that runs after the sections before it, and the files that this reads."""

    title: str
    code: str
    files: tuple[Attachment, ...] = ()


_BESIDE = Section(beside.TITLE, beside.CODE)


def whole(parts: list[Section]) -> list[Section]:
    """The same with the section that finds files beside the script, before the first one that reads any."""
    first = next((number for number, section in enumerate(parts) if section.files), None)
    if first is None or _BESIDE in parts:
        return parts
    return [*parts[:first], _BESIDE, *parts[first:]]


def files_of(parts: list[Section]) -> list[Attachment]:
    """What has to lie beside the script."""
    return [file for section in parts for file in section.files]


def as_script(parts: list[Section]) -> str:
    """The parts as one Python file."""
    return "\n\n\n".join(f"# {section.title}\n{section.code}" for section in whole(parts)) + "\n"


def as_notebook(parts: list[Section]) -> str:
    """The parts as a Jupyter notebook (JSON text), a cell per section."""
    import nbformat  # only where somebody asks for a notebook

    cells = []
    for section in whole(parts):
        cells += [
            nbformat.v4.new_markdown_cell(f"## {section.title}"),
            nbformat.v4.new_code_cell(section.code),
        ]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"  # the same file for the same run
    book = nbformat.v4.new_notebook(cells=cells)
    nbformat.validate(book)
    return str(nbformat.writes(book))


def as_zip(name: str, text: str, parts: list[Section]) -> bytes:
    """A script or notebook with all that belongs beside it.

    Parameters
    ----------
    name, text
        Of the script or notebook.
    parts : list of Section
        Of which it was made.

    Raises
    ------
    ChalknetError
        If one of the files can't be had.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, text.encode())
        for file in files_of(parts):
            # Packed pictures and weights do not get smaller: packing these would only take seconds
            packed.writestr(file.name, file.content(), zipfile.ZIP_DEFLATED if file.is_code else zipfile.ZIP_STORED)
    return buffer.getvalue()
