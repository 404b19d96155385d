"""Pictures that the browser draws itself: HTML, style and scripts of each in a folder of its own, and their one loader.

What several of them need, such as the ticks of an axis, stands in ``common/``.
"""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

_HERE = Path(__file__).parent


def component(folder: str | Path, *, common: Sequence[str] = (), scripts: Sequence[str] = ()) -> Any:
    """The component of a folder that holds ``<name>.html``, ``<name>.css`` and ``<name>.js``.

    Parameters
    ----------
    folder : str or Path
        A folder beside this file by its name, or a lesson's own by its path. Its name is the component's.
    common : sequence of str
        Scripts of ``common/`` that come before its own.
    scripts : sequence of str
        Its own scripts in order, where it has more than one; the last exports the component.

    Returns
    -------
    callable
        Draws it: takes ``key``, ``data`` and callbacks, as ``st.components.v2.component`` says.
    """
    folder = _HERE / folder
    files = _files(folder, tuple(common), tuple(scripts))
    return st.components.v2.component(folder.name, html=files["html"], css=files["css"], js=files["js"])


@lru_cache(maxsize=50)
def _files(folder: Path, common: tuple[str, ...], scripts: tuple[str, ...]) -> dict[str, str]:
    """HTML, style and script, read once."""
    name = folder.name
    paths = [_HERE / "common" / script for script in common]
    paths += [folder / script for script in scripts or (f"{name}.js",)]
    html, css = ((folder / f"{name}.{kind}").read_text(encoding="utf-8") for kind in ("html", "css"))
    return {"html": html, "css": css, "js": "\n".join(path.read_text(encoding="utf-8") for path in paths)}
