"""Pictures that the browser draws itself: HTML, style and scripts of each in a folder of its own, and their one loader.

What several of them need, such as the ticks of an axis, stands in ``common/``. Their texts are said in the page's
language: those of scripts by ``say`` (``say.js``), those of HTML as they are.
"""

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from pages.shared.words.language import ENGLISH, catalogue, language
from pages.shared.words.sealed import is_sealed

# What curves are called, not the keys of their numbers
_OF_THE_TEST = re.compile(
    r'(?<=say\(")test(?="\))|(?<=_loss", ")test(?="\])|(?<=_accuracy", ")test(?="\])'
    r"|(?<=>)test(?=<)|\btest(?= \{test\})"
)
_HERE = Path(__file__).parent
SAID_IN_SCRIPTS = re.compile(r'\bsay\("((?:[^"\\]|\\.)+)"')
SAID_IN_HTML = re.compile(r'(?<=>)[^<>]*[a-z][^<>]*(?=<)|(?<=aria-label=")[^"]+(?=")')


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
    files, spoken = files_of(folder, common=common, scripts=scripts), language()
    name = folder.name if spoken == ENGLISH else f"{folder.name}_{spoken}"
    name += "_sealed" if is_sealed() else ""
    return st.components.v2.component(name, html=files["html"], css=files["css"], js=files["js"])


def files_of(folder: str | Path, *, common: Sequence[str] = (), scripts: Sequence[str] = ()) -> dict[str, str]:
    """What ``component`` gives the browser of a folder: ``"html"``, ``"css"`` and ``"js"``, in the page's language."""
    files = _files(_HERE / folder, tuple(common), tuple(scripts), language())
    if is_sealed():
        return files | {kind: _OF_THE_TEST.sub("validation", files[kind]) for kind in ("html", "js")}
    return files


@lru_cache(maxsize=50)
def _files(folder: Path, common: tuple[str, ...], scripts: tuple[str, ...], spoken: str) -> dict[str, str]:
    """HTML, style and script, read once for each language."""
    name = folder.name
    paths = [_HERE / "say.js", *(_HERE / "common" / script for script in common)]
    paths += [folder / script for script in scripts or (f"{name}.js",)]
    html, css = ((folder / f"{name}.{kind}").read_text(encoding="utf-8") for kind in ("html", "css"))
    script = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    if spoken != ENGLISH:
        known = catalogue(spoken)
        words = {text: known[text] for text in SAID_IN_SCRIPTS.findall(script) if text in known}
        script = script.replace("const WORDS = {};", f"const WORDS = {json.dumps(words, ensure_ascii=False)};", 1)
        html = SAID_IN_HTML.sub(lambda found: _told(found[0], known), html)
    return {"html": html, "css": css, "js": script}


def _told(text: str, known: Mapping[str, str]) -> str:
    """With the spaces that the text has around it."""
    bare = text.strip()
    return text.replace(bare, known.get(bare, bare))
