"""Orders of lines that are run: right ones give the same bits, wrong ones another result or Python's own error."""

import math
from dataclasses import replace
from random import Random

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from wrong_orders import ALSO, FOLDS, TRAINING, WRONG, moved, right_orders

from core.datasets import registry
from core.exercises import loop_pictures, loop_runs
from core.exercises.loop_order import OrderError, mistakes, places, shuffled
from core.exercises.loop_pictures import pictures_of
from core.exercises.loop_runs import run_order
from core.lab.jobs import JobStoppedError
from core.models import D_IN, MultiLayerFCNet
from core.models.drawing import seeded
from core.runs.health import health_of

EVERY = [(puzzle, key, moves) for puzzle, wrong in WRONG.items() for key, moves in wrong.items()] + ALSO


def lacks(puzzle, order):
    """The places of lines that stand above what they need."""
    at = places(puzzle, order)
    return [at[pair.line] for pair in puzzle.missing if at[pair.line] < at[pair.needs]]


STRUCTURE = ("loops_swapped", "end_above", "fold_end_above")
RAISING = [one for one in EVERY if one[1] not in STRUCTURE and lacks(one[0], moved(one[0], one[2]))]
SILENT = [one for one in EVERY if one[1] not in STRUCTURE and one not in RAISING]


@pytest.fixture(scope="module", autouse=True)
def _quickly():
    """In one thread, of few pictures: what is the same or not with them, is so with many."""
    before, (n_train, n_test) = torch.get_num_threads(), (loop_pictures.N_TRAIN, loop_pictures.N_TEST)
    torch.set_num_threads(1)
    loop_pictures.N_TRAIN, loop_pictures.N_TEST = 256, 100
    yield
    torch.set_num_threads(before)
    loop_pictures.N_TRAIN, loop_pictures.N_TEST = n_train, n_test


@pytest.fixture(scope="module")
def pictures(_quickly):
    return pictures_of("shapes10")


@pytest.fixture(scope="module")
def sound(pictures):
    return {puzzle: run_order(puzzle, puzzle.right, pictures) for puzzle in (TRAINING, FOLDS)}


def test_the_handouts_order_trains_as_a_loop_of_torch_alone(pictures, sound):
    """Written down here once more, without the lab's books: the same losses and weights, bit for bit."""
    as_numbers = lambda images: torch.from_numpy((images.transpose(0, 3, 1, 2).astype("float32") / 255 - 0.5) / 0.5)  # noqa: E731
    images, labels = as_numbers(pictures.train_images), torch.from_numpy(pictures.train_labels.astype("int64"))
    with seeded(0):
        model = MultiLayerFCNet(D_IN, 128, 10)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    shuffle, losses, averages = torch.Generator().manual_seed(0), [], []
    for _ in range(loop_runs.N_EPOCHS):
        own = []
        for chosen in torch.randperm(len(labels), generator=shuffle).split(32):
            loss = F.cross_entropy(model(images[chosen].reshape(-1, 3072)), labels[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            own.append(loss.item())
        losses += own
        averages.append(sum(own) / len(own))
    run = sound[TRAINING]
    assert run.losses == losses
    assert run.printed == [f"{epoch} {average}" for epoch, average in enumerate(averages, 1)]
    assert run.weights == loop_runs._digest(model)
    test_images, test_labels = as_numbers(pictures.test_images), pictures.test_labels
    with torch.no_grad():
        assert run.history.epochs[-1]["test_accuracy"] == float(
            (model(test_images).argmax(1).numpy() == test_labels).mean()
        )


@pytest.mark.parametrize(("puzzle", "n"), [(TRAINING, 408), (FOLDS, 6)], ids=["training", "folds"])
def test_all_right_orders_do_the_same_bit_for_bit(puzzle, n, pictures, monkeypatch):
    """Each of them; two epochs of three batches, with the gradients of one at the next and a part of a batch."""
    monkeypatch.setattr(loop_runs, "N_EPOCHS", 2)
    few = replace(pictures, train_images=pictures.train_images[:90], train_labels=pictures.train_labels[:90])
    orders, first = right_orders(puzzle), run_order(puzzle, puzzle.right, few)
    assert len(orders) == n
    assert first.losses
    for order in orders:
        run = run_order(puzzle, order, few)
        assert run.is_same(first), run.text


@pytest.mark.parametrize(("puzzle", "key", "moves"), SILENT, ids=lambda given: str(getattr(given, "key", given)))
def test_what_python_runs_and_is_wrong_has_another_result(puzzle, key, moves, pictures, sound):
    run, right = run_order(puzzle, moved(puzzle, moves), pictures), sound[puzzle]
    assert not run.is_same(right)
    if run.error:  # as the loop comes round
        assert key == "step_before_backward"
        assert "modified by an inplace operation" in run.error
    if key in ("counted_once", "sums_never_begin_anew", "sums_begin_each_batch", "average_early", "told_each_batch",
               "scores_begin_anew", "told_each_fold"):  # fmt: skip
        # What is printed is wrong; the network is the same
        assert (run.losses, run.weights, run.error) == (right.losses, right.weights, "")
        assert run.printed != right.printed
    elif key == "scored_on_training" or (puzzle is FOLDS and key in ("scored_untrained", "after_the_folds")):
        assert run.losses == right.losses
        assert run.scores != right.scores
    elif moves == [("step", "reshape")] or (puzzle, key) == (TRAINING, "after_the_loop"):
        assert run.weights != right.weights  # the last step is missing, or all but a few are
    elif not run.error and moves != [("step", "epochs")]:
        assert run.losses != right.losses


@pytest.mark.parametrize(("puzzle", "key", "moves"), RAISING, ids=lambda given: str(getattr(given, "key", given)))
def test_what_lacks_something_raises_at_that_line(puzzle, key, moves, pictures):
    order = moved(puzzle, moves)
    run = run_order(puzzle, order, pictures)
    assert run.error.split(":")[0] in ("NameError", "RuntimeError", "NotFittedError", "ZeroDivisionError")
    assert run.error_place == min(lacks(puzzle, order))
    assert run.weights == ""


@pytest.mark.parametrize("puzzle", [TRAINING, FOLDS], ids=lambda puzzle: puzzle.key)
def test_any_order_runs_or_says_what_python_says(puzzle, pictures):
    """Shuffles, and lines moved at random: none escapes; what lacks something raises where the hint says."""
    random = Random(3)
    orders = [list(shuffled(puzzle, seed)) for seed in range(15)]
    for _ in range(40):
        order = list(puzzle.right)
        for _ in range(random.randint(1, 3)):
            order.insert(random.randrange(len(order)), order.pop(random.randrange(len(order))))
        orders.append(order)
    n_raised = 0
    for order in orders:
        run, at = run_order(puzzle, order, pictures), places(puzzle, order)
        lacking = lacks(puzzle, order)
        loops_stand = not any(mistake.shows(at) for mistake in puzzle.loops)
        if lacking and loops_stand and not run.error.startswith(("Indentation", "RuntimeError: one of")):
            n_raised += 1
            assert run.error_place == min(lacking), run.text
        assert bool(run.error) == (run.error_place is not None)
        assert bool(run.error) == (run.weights == "")
        assert run.error or mistakes(puzzle, order) or run.printed
    assert n_raised > 10


def test_an_empty_loop_is_pythons_own_error(pictures):
    order = moved(TRAINING, [(key, "average") for key in
                             ("reshape", "outputs", "loss", "zero", "backward", "step", "count", "add")])  # fmt: skip
    run = run_order(TRAINING, order, pictures)
    assert run.error.startswith("IndentationError: expected an indented block after 'for' statement on line 3")
    assert run.losses == []


# -------------------------------------------------------------------------------- what the hints say, in numbers


def the(puzzle, key, pictures):
    return run_order(puzzle, moved(puzzle, WRONG[puzzle][key]), pictures)


def test_without_a_gradient_no_weight_changes(pictures):
    run = the(TRAINING, "zero_between", pictures)
    assert len({epoch["test_loss"] for epoch in run.history.epochs}) == 1


def test_gradients_that_add_up_take_steps_with_their_sum(pictures):
    """Step by step beside torch: the gradient at each step is the sum of all batches' of the epoch so far."""
    run = the(TRAINING, "zero_outside", pictures)
    images = torch.from_numpy((pictures.train_images.transpose(0, 3, 1, 2).astype("float32") / 255 - 0.5) / 0.5)
    labels = torch.from_numpy(pictures.train_labels.astype("int64"))
    with seeded(0):
        model = MultiLayerFCNet(D_IN, 128, 10)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    sums, losses = [torch.zeros_like(weights) for weights in model.parameters()], []
    for chosen in torch.randperm(len(labels), generator=torch.Generator().manual_seed(0)).split(32):
        loss = F.cross_entropy(model(images[chosen].flatten(1)), labels[chosen])
        for total, gradient in zip(sums, torch.autograd.grad(loss, list(model.parameters())), strict=True):
            total += gradient
        for weights, total in zip(model.parameters(), sums, strict=True):
            weights.grad = total.clone()
        optimizer.step()
        losses.append(loss.item())
    np.testing.assert_allclose(run.losses[: len(losses)], losses, rtol=1e-5)


def test_a_step_above_the_forward_pass_lacks_the_last_one_alone(pictures, sound):
    """Each step comes at the beginning of the next batch: all losses are those of the right order, the end is not."""
    run = run_order(TRAINING, moved(TRAINING, [("step", "reshape")]), pictures)
    assert run.losses == sound[TRAINING].losses
    assert run.weights != sound[TRAINING].weights


def test_what_is_printed_is_what_the_hints_say(pictures, sound):
    losses, n = sound[TRAINING].losses, sound[TRAINING].n_per_epoch
    told = lambda run: [float(line.split()[1]) for line in run.printed]  # noqa: E731
    last = [losses[(epoch + 1) * n - 1] for epoch in range(loop_runs.N_EPOCHS)]
    assert told(the(TRAINING, "sums_begin_each_batch", pictures)) == last
    so_far = [sum(losses[: (epoch + 1) * n]) / ((epoch + 1) * n) for epoch in range(loop_runs.N_EPOCHS)]
    assert told(the(TRAINING, "sums_never_begin_anew", pictures)) == pytest.approx(so_far)
    assert len(the(TRAINING, "told_each_batch", pictures).printed) == len(losses)


def test_a_network_that_is_kept_knows_later_folds(pictures, sound):
    """What it begins a fold with: the loss of a network that knows nothing, or a smaller one."""
    run, right = the(FOLDS, "model_kept", pictures), sound[FOLDS]
    n = loop_runs.N_EPOCHS_OF_A_FOLD * right.n_per_epoch
    begins = lambda run: np.array([run.losses[fold * n] for fold in range(1, loop_runs.N_FOLDS)])  # noqa: E731
    assert (abs(begins(right) - math.log(10)) < 0.15).all()
    assert (np.diff(begins(run)) < 0).all()
    assert begins(run)[-1] < math.log(10) - 0.5


def test_scores_of_the_training_part_are_those_of_the_pictures_that_trained(pictures, sound):
    run = the(FOLDS, "scored_on_training", pictures)
    n_train = [256 * 4 // 5 + (fold == 4) for fold in range(5)]  # 205 and 204 pictures, as five parts of 256 are
    assert all(any(abs(score * n - round(score * n)) < 1e-6 for n in {*n_train, 204, 205}) for score in run.scores)
    assert np.mean(run.scores) > np.mean(sound[FOLDS].scores)


def test_the_scaler_that_leaks_is_fitted_on_all_pictures(pictures):
    """Both ways of the leak begin alike: in the first fold the scaler has seen everything."""
    inside = run_order(FOLDS, moved(FOLDS, [("scale", "take_train")]), pictures)
    outside = run_order(FOLDS, moved(FOLDS, [("scale", "folds")]), pictures)
    n = loop_runs.N_EPOCHS_OF_A_FOLD * inside.n_per_epoch
    assert inside.losses[:n] == outside.losses[:n]
    assert inside.scores[0] == outside.scores[0]
    assert inside.losses != outside.losses


# ------------------------------------------------------------------------------------------------- the card, the rest


@pytest.mark.parametrize("above", ["backward", "end"])
def test_the_health_card_of_a_right_order_does_not_miss_the_gradient(pictures, above):
    """zero_grad() below the step leaves none behind, but there was one when the step was taken."""
    run = run_order(TRAINING, moved(TRAINING, [("zero", above)]), pictures)
    run.history.epochs[0]["health"]["layers"]  # measured at all
    (row,) = [row for row in health_of(run.history) if row.name == "Gradients"]
    assert not row.is_amber


def test_the_health_card_of_an_order_without_a_gradient_says_so(pictures):
    run = the(TRAINING, "zero_between", pictures)
    (row,) = [row for row in health_of(run.history) if row.name == "Gradients"]
    assert row.is_amber
    assert "gets none" in row.sentence


def test_who_stops_it_ends_it(pictures):
    seen = []
    with pytest.raises(JobStoppedError):
        run_order(TRAINING, TRAINING.right, pictures, on_progress=lambda done, total: seen.append((done, total)),
                  should_stop=lambda: len(seen) == 3)  # fmt: skip
    assert seen == [(1, 48), (2, 48), (3, 48)]


def test_only_an_order_is_run(pictures):
    with pytest.raises(OrderError):
        run_order(TRAINING, ["import os", *range(13)], pictures)


def test_no_test_picture_is_looked_at(pictures):
    """All of them are training pictures of the set, no two parts share one."""
    whole = registry.load("shapes10")
    known = {picture.tobytes() for picture in whole.train_images}
    parts = [[picture.tobytes() for picture in images] for images in (pictures.train_images, pictures.test_images)]
    assert (len(parts[0]), len(parts[1])) == (256, 100)
    assert set(parts[0]) | set(parts[1]) <= known
    assert not set(parts[0]) & set(parts[1])
