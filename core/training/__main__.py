"""``python -m core.training SPEC.json --runs DIR``: the same code without the app."""

from core.engine.headless import main

if __name__ == "__main__":
    raise SystemExit(main())
