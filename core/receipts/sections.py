"""A script in parts: each has a heading, and follows those before it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Section:
    """A part of the script: a heading, and code that runs after the sections before it."""

    title: str
    code: str


def as_script(parts: list[Section]) -> str:
    """The parts as one Python file."""
    return "\n\n\n".join(f"# {section.title}\n{section.code}" for section in parts) + "\n"


def as_notebook(parts: list[Section]) -> str:
    """The parts as a Jupyter notebook (JSON text), a cell per section."""
    import nbformat  # only where somebody asks for a notebook

    cells = []
    for section in parts:
        cells += [
            nbformat.v4.new_markdown_cell(f"## {section.title}"),
            nbformat.v4.new_code_cell(section.code),
        ]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"  # the same file for the same run
    book = nbformat.v4.new_notebook(cells=cells)
    nbformat.validate(book)
    return str(nbformat.writes(book))
