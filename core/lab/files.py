"""Small files as everybody here writes and reads them: replaced whole, and never a crash to read."""

import errno
import json
import os
import time
from pathlib import Path
from typing import Any


def disk_sentence(error: OSError, folder: Path) -> str:
    """What a failed write means, in one sentence."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return f"The disk is full: {folder} has no room for this run. Free some space and train again."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"The lab may not write to {folder}. Give it the right to, or set CHALKNET_HOME to another folder."
    return f"The run could not be written to {folder}: {error.strerror or error}."


def write_json(path: Path, content: dict[str, object], *, is_private: bool = False) -> None:
    """Replace a JSON file at once, as ``write_text``."""
    write_text(path, json.dumps(content), is_private=is_private)


def write_text(path: Path, text: str, *, is_private: bool = False) -> None:
    """Replace a file at once; a private one is readable by nobody but the system's user who runs the lab."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        with open(partial, "w", encoding="utf-8", opener=_private if is_private else None) as file:
            file.write(text)
        for _ in range(20):
            try:
                return os.replace(partial, path)
            except PermissionError:  # Windows, while somebody reads the old one: gone in a moment
                time.sleep(0.01)
        os.replace(partial, path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)  # from the first byte on: a later chmod leaves a moment


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object of a file, or an empty one where there is none."""
    try:
        with open(path, "rb", buffering=0) as file:  # half the time of read_text, for a table of thousands of runs
            content = json.loads(file.read())
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
