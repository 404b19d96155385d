"""core/race.py: the same beginning bit for bit, whoever runs beside; and what a race says of itself."""

import math

import numpy as np
import pytest
import torch

from core import datasets
from core.engine.worker import execute
from core.models import MultiLayerFCNet
from core.optimizers import race
from core.optimizers.race import RaceError
from core.runs import experiments
from core.runs.experiments import MAX_MEMBERS
from core.specs import AdagradSpec, AdamSpec, AdamWSpec, CNNSpec, MLPSpec, RMSpropSpec, SGDSpec
from core.specs.schedules import CosineSpec
from core.training.training import train

pytestmark = pytest.mark.usefixtures("home")
WILD = SGDSpec(learning_rate=10, momentum=0)


@pytest.fixture
def hold(small):
    """Holds a race to its end, in this process."""

    def call(optimizers, seeds=(0,), owner="ann", only=None, **changes):
        contestants = race.named(optimizers)
        made = race.members(small(**changes), contestants, seeds)
        experiment = experiments.create(
            race.KIND, made, settings=race.settings_of(contestants), page="optimizers", owner=owner
        )
        for run in experiment.runs[:only]:
            execute(str(run.folder))
        return experiment

    return call


@pytest.mark.parametrize(
    "changes",
    [{}, {"model": CNNSpec(channels1=4, channels2=4, dropout=0.3), "n_epochs": 1}, {"schedule": CosineSpec()}],
    ids=["MLP", "CNN", "cosine"],
)
def test_all_start_alike_and_a_contestant_alone_gives_the_same_losses(hold, changes):
    experiment = hold([*race.HANDOUT, AdagradSpec()], **changes)
    runs = experiment.runs
    assert [run.status.name for run in runs] == ["done"] * 4
    # The loss of the first batch hangs on nothing but the initial weights and the first batch's pictures
    firsts = {run.history().losses[0] for run in runs}
    assert len(firsts) == 1
    prints = {race.fingerprint(run.spec, 200, 10) for run in runs}
    assert len(prints) == 1
    alone = []
    train(runs[1].spec, lambda event: alone.append(event.loss) if hasattr(event, "loss") else None)
    assert alone == runs[1].history().losses


def test_the_fingerprint_is_of_what_the_run_really_starts_with(small):
    spec = small(random_state=5)
    found = race.fingerprint(spec, 200, 10)
    torch.manual_seed(5)
    model = MultiLayerFCNet(3072, 16, 10)
    order = torch.randperm(200, generator=torch.Generator().manual_seed(5))[:32]
    assert list(found.first_batch) == order.tolist()
    images = datasets.load_for(spec.data)
    batch = torch.from_numpy(np.array(images.train_images[order.numpy()])).permute(0, 3, 1, 2).float()
    batch = batch.div(255).sub(0.5).div(0.5)
    loss = torch.nn.functional.cross_entropy(model(batch), torch.from_numpy(images.train_labels[order.numpy()]))
    losses = []
    train(spec, lambda event: losses.append(event.loss) if hasattr(event, "loss") else None)
    assert losses[0] == pytest.approx(loss.item(), rel=1e-6)
    assert found != race.fingerprint(small(random_state=6), 200, 10)
    assert found.weights != race.fingerprint(small(random_state=6), 200, 10).weights
    before = torch.get_rng_state()
    race.fingerprint(spec, 200, 10)
    assert torch.equal(before, torch.get_rng_state())  # and nobody's random numbers have moved


def test_one_that_diverges_ends_as_diverged_and_the_others_go_on(hold):
    experiment = hold([SGDSpec(), WILD, AdamSpec()], seeds=(0, 1), model=MLPSpec(H=64), batch_size=4)
    by_name = {}
    for member in experiment.members:
        by_name.setdefault(member.labels["contestant"], set()).add(member.run.status.name)
    calm, wild, adam = race.named([SGDSpec(), WILD, AdamSpec()])
    assert by_name[adam] == by_name[calm] == {"done"}
    assert by_name[wild] == {"diverged"}
    found = race.scores(experiment.read())
    assert all(math.isnan(score) for score in found[wild].values())
    assert 0 < found[adam][0] <= 1
    curves = {curve.name: curve for curve in race.curves(experiment.read())}
    assert curves[wild].note == "2 of 2 diverged"
    assert len(curves[adam].epochs["epochs"]) == 3


def test_the_mean_curve_is_the_mean_of_its_runs(hold):
    experiment = hold([SGDSpec(), AdamSpec()], seeds=(0, 1, 2), n_epochs=2)
    (sgd, _) = race.curves(experiment.read())
    runs = [m.run for m in experiment.members if m.labels["contestant"] == sgd.name]
    tests = np.array([[e["test_accuracy"] for e in run.history().epochs] for run in runs])
    assert sgd.epochs["test_accuracy"] == pytest.approx(tests.mean(axis=0).tolist())
    losses = np.array([run.history().losses for run in runs])
    assert sgd.batches["batch_loss"] == pytest.approx(losses.mean(axis=0).tolist())
    assert all(low <= mean <= high for low, mean, high in zip(
        sgd.low["test_accuracy"], sgd.epochs["test_accuracy"], sgd.high["test_accuracy"], strict=True))  # fmt: skip
    found = race.paired(race.scores(experiment.read()))
    assert found[sgd.name] == [run.result["test_accuracy"] for run in runs]


def test_a_race_that_has_just_begun_shows_what_there_is(hold):
    experiment = hold([SGDSpec(), AdamSpec()], seeds=(0, 1), only=1)
    first, second = race.curves(experiment.read())
    assert len(first.epochs["epochs"]) == 3
    assert second.epochs["epochs"] == []
    assert race.paired(race.scores(experiment.read())) == {first.name: [], second.name: []}
    experiment.runs[0].delete("ann")
    assert [curve.epochs["epochs"] for curve in race.curves(experiment.read())] == [[], []]


def test_members_come_seed_by_seed_and_keep_all_but_the_optimizer(small):
    base = small(batch_size=16)
    made = race.members(base, race.named([SGDSpec(), AdamWSpec()]), range(3))
    assert [(labels["seed"], spec.optimizer.kind) for labels, spec in made] == [
        (0, "sgd"), (0, "adamw"), (1, "sgd"), (1, "adamw"), (2, "sgd"), (2, "adamw"),
    ]  # fmt: skip
    assert {spec.model_copy(update={"optimizer": base.optimizer, "random_state": 0}) for _, spec in made} == {base}
    assert MAX_MEMBERS >= race.MOST * race.MOST_SEEDS
    for n, seeds, said in [(1, [0], "1 contestants"), (7, [0], "7 contestants"), (2, [], "0 seeds"),
                           (2, range(21), "21 seeds"), (2, [1, 1], "all different")]:  # fmt: skip
        with pytest.raises(RaceError, match=said):
            race.members(base, race.named([SGDSpec(learning_rate=0.01 * (i + 1)) for i in range(n)]), seeds)


def test_names_are_each_ones_own():
    assert list(race.named(race.HANDOUT)) == ["SGD + momentum", "Adam", "RMSprop"]
    assert list(race.named([SGDSpec(momentum=0), SGDSpec(nesterov=True), AdagradSpec(), AdamWSpec()])) == [
        "SGD", "Nesterov", "Adagrad", "AdamW",
    ]  # fmt: skip
    assert list(race.named([AdamSpec(), AdamSpec(learning_rate=0.1), RMSpropSpec()])) == [
        "Adam 0.001", "Adam 0.1", "RMSprop",
    ]  # fmt: skip
    same = race.named([AdamSpec(), AdamSpec(), AdamSpec(beta1=0.5)])
    assert list(same) == ["Adam 0.001", "Adam 0.001 (2)", "Adam 0.001 (3)"]
    assert same["Adam 0.001 (3)"].beta1 == 0.5
