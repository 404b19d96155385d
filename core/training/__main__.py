"""``python -m core.training SPEC.json --runs DIR``: the same code without the app."""

from core.lab.places import imported
from core.specs.tasks import COMMAND

if __name__ == "__main__":
    raise SystemExit(imported(COMMAND)())
