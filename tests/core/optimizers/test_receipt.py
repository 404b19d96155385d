"""core/race_receipt.py: the script, run by a bare Python in an empty folder, gives every contestant's losses."""

import json
import os
import subprocess
import sys

import pytest

from core.optimizers import race
from core.optimizers import receipt as race_receipt
from core.optimizers.race import RaceError
from core.specs import AdagradSpec, AdamSpec, AdamWSpec, CNNSpec, RMSpropSpec, RunSpec, SGDSpec
from core.specs.optimizers import AdadeltaSpec, NAdamSpec
from core.specs.schedules import StepSpec
from core.training.events import BatchEnd
from core.training.training import train

pytestmark = pytest.mark.usefixtures("home")
_RUN = """
import contextlib, io, json, runpy
told = {}
for name in ("mlp", "cnn", "ahead"):
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        left = runpy.run_path(name + ".py")
    told[name] = [[list(key), values] for key, values in left["losses"].items()], printed.getvalue().splitlines()
print(json.dumps(told))
"""


def test_the_script_gives_the_losses_of_every_contestant(small, tmp_path):
    cases = {
        "mlp": (
            small(n_epochs=2, schedule=StepSpec(every=1, gamma=0.5)),
            [SGDSpec(momentum=0), SGDSpec(nesterov=True), AdamSpec(), AdamWSpec(), RMSpropSpec(momentum=0.5),
             AdagradSpec()],
            [0, 7],
        ),
        "cnn": (
            small(data={"n_train": 64, "n_test": 20}, model=CNNSpec(channels1=4, channels2=4, dropout=0.2), n_epochs=1),
            [SGDSpec(), AdamSpec()],
            [3],
        ),
        "ahead": (
            small(n_epochs=2),
            [NAdamSpec(), NAdamSpec(beta1=0.8, momentum_decay=0.1), AdadeltaSpec(), AdadeltaSpec(rho=0.5, eps=1e-4)],
            [1],
        ),
    }  # fmt: skip
    expected = {}
    for case, (base, optimizers, seeds) in cases.items():
        contestants = race.named(optimizers)
        (tmp_path / f"{case}.py").write_text(race_receipt.script(base, contestants, seeds), encoding="utf-8")
        expected[case] = []
        for labels, spec in race.members(base, contestants, seeds):
            losses = []
            train(spec, lambda event, kept=losses: kept.append(event.loss) if isinstance(event, BatchEnd) else None)
            expected[case].append([[labels["contestant"], labels["seed"]], losses])
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "CHALKNET_HOME")}
    done = subprocess.run(
        [sys.executable, "-I", "-c", _RUN], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    for case in cases:
        assert told[case][0] == expected[case]
        assert len(told[case][1]) == len(expected[case])
        assert "test accuracy" in told[case][1][0]


def test_only_one_line_differs_and_nothing_of_the_lab_is_needed():
    code = race_receipt.script(RunSpec(), race.named(race.HANDOUT), [0])
    assert "core" not in code.replace("scores", "")
    assert "'Adam': lambda model: torch.optim.Adam(model.parameters(), lr=0.01, fused=True)" in code
    assert "'SGD + momentum': lambda model: torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9" in code
    assert code.count("torch.optim.") == 3
    compile(code, "race.py", "exec")
    with pytest.raises(RaceError):
        race_receipt.script(RunSpec(), {}, [0])
