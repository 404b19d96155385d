"""How far a job is, in words."""

import pytest

from core.lab.jobs import Job
from pages.shared.panels.jobs import amount


@pytest.mark.parametrize(
    ("done", "total", "unit", "told"),
    [(0, 0, "pictures", "beginning"), (0, 200, "pictures", "0 of 200 pictures"),
     (1_500, 60_000, "pictures", "1,500 of 60,000 pictures"), (12, 0, "files", "12 files"),
     (1_234_567, 170_498_071, "bytes", "1.2 of 170.5 MB"), (5_000_000, 0, "bytes", "5.0 MB")],
)  # fmt: skip
def test_how_much_of_how_much(done, total, unit, told):
    assert amount(Job("kind", "ann", "Importing", unit=unit, done=done, total=total)) == told
