"""What a script needs to read the files that come with it: found beside itself, and known by their content."""

TITLE = "The files that came with this one"

# ``here``, ``beside`` and ``check``: what the lines of a data set and of weights may call
CODE = '''\
import hashlib
import sys
import zipfile
from pathlib import Path

# Where this file lies, from wherever it is run; a notebook knows only the folder in which it runs
here = Path(__file__).resolve().parent if "__file__" in globals() else Path.cwd()


def beside(name):
    path = here / name
    if not path.is_file():
        sys.exit(f"{name} is not in {here}. It came in one zip with this file: put both into one folder.")
    if path.suffix in (".npz", ".pt") and not zipfile.is_zipfile(path):
        sys.exit(f"{path} is damaged, perhaps cut short. Take it out of the zip of this run again.")
    return path


def check(name, sha256, *parts):
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    if digest.hexdigest() != sha256:
        sys.exit(f"{here / name} is not the one of this run: its content is another. Take it out of this run's zip.")'''
