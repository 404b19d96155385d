"""A search's own process: ``python -m core.crossval.search_process FOLDER``.

The first line of its standard input says where its fits run: a scheduler as ``SchedulerAccess.to_json`` writes it, or
nothing where they run in this process. When that input ends, so does the process.

A file of its own: what it hands to the engine's workers is named by the modules that they can import.
"""

import argparse
import os
import sys
import threading
from pathlib import Path

from core.crossval.grid_search import read_folder
from core.crossval.search_fits import search
from core.engine.access import SchedulerAccess
from core.lab import files


def main() -> None:
    """Search as the folder says, and leave ``result.json`` in it."""
    parser = argparse.ArgumentParser(prog="python -m core.crossval.search_process")
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    line = sys.stdin.readline().strip()
    scheduler = SchedulerAccess.from_json(line) if line else None

    def end_with_parent() -> None:
        sys.stdin.read()
        os._exit(1)

    threading.Thread(target=end_with_parent, daemon=True).start()
    files.write_json(given.folder / "result.json", search(read_folder(given.folder), scheduler))
    sys.stdout.flush()
    os._exit(0)  # a client that is closed in order waits for fits that are no longer wanted


if __name__ == "__main__":
    main()
