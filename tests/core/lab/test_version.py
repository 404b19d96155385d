"""Which version of the lab this is."""

import tomllib
from pathlib import Path

from core.lab.version import LAB_VERSION


def test_the_project_has_the_version_that_submissions_name():
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == LAB_VERSION
