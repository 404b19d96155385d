"""core/strategies.py: what differs between strategies and nothing else, and the curve's intervals against SciPy."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from core.lab.files import write_json
from core.runs import experiments
from core.specs.base import flatten
from core.specs.transfer import PickedDataSpec, TransferSpec, WeightsSpec
from core.transfer import strategies

BASE = TransferSpec(
    data=PickedDataSpec(classes=("ring", "star"), per_class=20),
    weights=WeightsSpec(source="here", sha256="a" * 64),
    random_state=7,
)


@pytest.mark.parametrize(("dial", "n"), [(0, 3), (3, 4), (5, 3)])
def test_strategies_differ_in_weights_and_cut_alone(dial, n):
    made = [spec for _, spec in strategies.members(BASE, dial)]
    assert len(made) == n
    for spec in made:
        a, b = flatten(BASE), flatten(spec)
        assert {k for k in a if a[k] != b[k]} <= {"frozen_stages", "weights.source", "weights.sha256", "n_threads"}
        assert b["n_threads"] == 1
    assert (made[0].strategy, made[-1].strategy) == (strategies.FREEZE, strategies.SCRATCH)


def test_few_labels_are_drawn_anew_each_time_and_alike_for_all_strategies():
    made = strategies.label_members(BASE, 0, (5, 10), 3)
    assert len(made) == 3 * 2 * 3
    for labels, spec in made:
        assert spec.data.per_class == labels["per_class"]
        assert spec.data.random_state == labels["repeat"]
        assert spec.random_state == 7 + labels["repeat"]


def test_the_trap_is_the_only_difference():
    (_, right), (_, trapped) = strategies.trap_members(BASE)
    assert right.model_copy(update={"batch_norm_trap": True}) == trapped
    assert right.uses_cache
    assert not trapped.uses_cache


def test_intervals_are_students():
    rng = np.random.default_rng(0)
    rows = [("a", n, k, 0.5 + 0.05 * rng.normal()) for n in (5, 10) for k in range(4)] + [("b", 5, 0, 0.7)]
    points = pd.DataFrame(rows, columns=["strategy", "per_class", "repeat", "accuracy"])
    table = strategies.label_summary(points).set_index(["strategy", "per_class"])
    values = points.query("strategy == 'a' and per_class == 10")["accuracy"]
    low, high = stats.t.interval(0.95, 3, values.mean(), stats.sem(values))
    assert table.loc[("a", 10), ["mean", "low", "high"]].tolist() == pytest.approx([values.mean(), low, high])
    assert table.loc[("b", 5), ["mean", "low", "high"]].tolist() == [0.7, 0.7, 0.7]


@pytest.mark.parametrize(
    ("tuned", "scratch", "due"),
    [((0.5, 0.7), (0.3, 0.45), 5), ((0.4, 0.7), (0.3, 0.6), 10), ((0.4, 0.5), (0.3, 0.6), None),
     ((0.6, 0.7), (0.6, 0.6), 5)],
)  # fmt: skip
def test_with_how_many_labels_pretrained_weights_reach_what_random_ones_do_with_the_most(tuned, scratch, due):
    rows = [(strategies.FINE_TUNE, n, 0, share) for n, share in zip((5, 10), tuned, strict=True)]
    rows += [(strategies.SCRATCH, n, 0, share) for n, share in zip((5, 10), scratch, strict=True)]
    rows += [(strategies.FREEZE, n, 0, 0.1) for n in (5, 10)]
    points = pd.DataFrame(rows, columns=["strategy", "per_class", "repeat", "accuracy"])
    summary = strategies.label_summary(points)
    assert strategies.labels_to_match(summary, [5, 10]) == strategies.Match(due, (5, 10))
    # Without one of the means nothing can be said
    assert strategies.labels_to_match(strategies.label_summary(points[1:]), [5, 10]) is None
    assert strategies.labels_to_match(summary, [5, 10, 20]) is None


def test_only_finished_runs_count(home):
    """A run that was stopped is judged as well, but its accuracy is that of a network cut short."""
    made = strategies.label_members(BASE, 0, (5,), 1)
    experiment = experiments.create(strategies.LABELS_KIND, made, settings={}, page="transfer", owner="ann")
    for run, status, accuracy in zip(experiment.runs, ("done", "stopped", "diverged"), (0.75, 0.5, 0.25), strict=True):
        write_json(run.folder / "result.json", {"status": status, "test_accuracy": accuracy})
        run.write_status(status)
    assert strategies.label_points(experiment.read())["accuracy"].tolist() == [0.75]


def test_the_trap_is_repeated_with_pairs_of_the_same_seed(home):
    made = strategies.trap_members(BASE, 3)
    assert [spec.random_state for _, spec in made] == [7, 7, 8, 8, 9, 9]
    assert [bool(labels.get("keep_weights")) for labels, _ in made] == [True, True, False, False, False, False]
    assert len({strategies.name_of(labels) for labels, _ in made}) == 6
    experiment = experiments.create(strategies.TRAP_KIND, made, settings={}, page="transfer", owner="ann")
    for run, accuracy in zip(experiment.runs[:5], (0.9, 0.8, 0.7, 0.75, 0.6), strict=True):
        write_json(run.folder / "result.json", {"status": "done", "test_accuracy": accuracy})
        run.write_status("done")
    assert strategies.trap_scores(experiment.read()) == [(0.9, 0.8), (0.7, 0.75)]  # the third pair is not whole
