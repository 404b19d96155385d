"""A small plan, and an engine in a thread that trains it."""

from functools import partial

import pytest

from core.engine import Engine
from core.optimizers import race
from core.plans import figures
from core.plans.plan import Figure, Needs, Plan, Shows, Step
from core.specs import AdamSpec, SGDSpec


@pytest.fixture
def single(small):
    return Needs("a small run", "perceptron", [({}, small(n_epochs=2))])


@pytest.fixture
def raced(small):
    contestants = race.named([SGDSpec(), AdamSpec(learning_rate=0.01)])
    members = race.members(small(n_epochs=1), contestants, [0])
    return Needs("a small race", "optimizers", members, race.KIND, race.settings_of(contestants))


@pytest.fixture
def plan_of():
    """Makes a plan whose steps need these, one each, and one step that needs nothing."""

    def make(*needs):
        steps = [
            Step(f"Step {i}", "Do.", shows=(Shows(f"Page {i}", one.page, "Learn", needs=one),), minutes=10,
                 figures=(Figure("accuracy", partial(figures.each, lambda member: member.run.id)),))
            for i, one in enumerate(needs)
        ]  # fmt: skip
        steps.append(Step("Talk", "Talk.", shows=(Shows("A page", "convolution"),), minutes=50 - 10 * len(steps)))
        return Plan("perceptron", 50, "", tuple(steps), "")

    return make


@pytest.fixture
def engine(home, calibrated, wait_until):
    """Of a machine whose speed is known."""
    calibrated(home)
    engine = Engine("thread")
    wait_until(lambda: engine.info().is_warm, "the engine is warm")
    yield engine
    engine.close()
