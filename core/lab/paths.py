"""Where the lab keeps its files: data sets, runs and what it measured about this machine."""

import os
from pathlib import Path

import platformdirs

HOME_VARIABLE = "CHALKNET_HOME"


def home() -> Path:
    """The lab's folder: ``$CHALKNET_HOME``, or the system's place for an app's data.

    Returns
    -------
    Path
        Read anew at each call, so that tests and several labs on one machine can keep apart. Not created here.
    """
    chosen = os.environ.get(HOME_VARIABLE)
    return Path(chosen).expanduser() if chosen else Path(platformdirs.user_data_dir("chalknet", appauthor=False))


def datasets() -> Path:
    """Folder of the data sets: one folder each, with memory-mapped arrays."""
    return home() / "datasets"


def runs() -> Path:
    """Folder of the runs: one folder each."""
    return home() / "runs"
