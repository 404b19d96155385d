"""The script of a race; that it gives every contestant's losses is proved with every other script."""


import pytest

from core.optimizers import race
from core.optimizers import receipt as race_receipt
from core.optimizers.race import RaceError
from core.specs import RunSpec

pytestmark = pytest.mark.usefixtures("home")


def test_only_one_line_differs_and_nothing_of_the_lab_is_needed():
    code = race_receipt.script(RunSpec(), race.named(race.HANDOUT), [0])
    assert "core" not in code.replace("scores", "")
    assert "'Adam': lambda model: torch.optim.Adam(model.parameters(), lr=0.01, fused=True)" in code
    assert "'SGD + momentum': lambda model: torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9" in code
    assert code.count("torch.optim.") == 3
    compile(code, "race.py", "exec")
    with pytest.raises(RaceError):
        race_receipt.script(RunSpec(), {}, [0])
