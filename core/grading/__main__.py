"""Mark what was handed in: ``python -m core.grading FOLDER``."""

import sys

from core.grading.command import main

if __name__ == "__main__":
    sys.exit(main())
