"""Whether what was claimed of a run is what its spec gives: to the last bit, within machine noise, or not.

The same processor gives the same bits. Another one rounds otherwise, and training lets such a difference grow: how
fast depends on the spec. So the noise of a spec is measured, by training it with learning rates that differ in the
fourth figure, which is more than rounding does, and the claim has to lie within some times that.

Measured with seven specs of Shapes-10 (MLP with SGD and Adam, small and large learning rates, 200 to 20,000 pictures; a
CNN), six seeds each, trained as two other processors do (without AVX, and with AVX2 alone): of 56 such honest runs none
was said to differ. Of 60 pairs of seeds with a calm learning rate, 0.01 without momentum, all were told apart. With
large ones, and with momentum or Adam, where rounding moves a run as far as another seed does, only 8 of 96: then this
says so, and points follow from what comes out here.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from core.grading.claims import ClaimedRun, Epoch
from core.grading.retraining import Order, Retrained
from core.lab.rates import Rate
from core.lab.words import count, percent
from core.specs import AnyOptimizerSpec, RunSpec

Kind = Literal["exactly", "noise", "differs", "not trained"]

NUDGES = (1e-4, -1e-4)  # of the learning rate, relative
TIMES = 3.0  # as far as the nudged ones may a claim be away
NEAR = 1e-5  # relative: what differs by less was not edited, and no other seed gives it
_GROWN = 1e-3  # from this on rounding has moved the whole run, and two samples of it do not say how far it can
_MORE_LOSS, _MORE_TEST_LOSS, _MORE_ACCURACY = 0.03, 0.05, 0.03  # is allowed from there on
_LARGE_RATE = 9.0  # near the end of what a rate may be: there it is only made smaller
_FEW_PICTURES = 3  # that may be classified otherwise anyway


@dataclass(frozen=True)
class Verdict:
    """What a comparison says.

    Attributes
    ----------
    kind : {"exactly", "noise", "differs", "not trained"}
    said : str
        As a sentence.
    is_odd : bool
        Whether the teacher should look at it although it is confirmed.
    """

    kind: Kind
    said: str
    is_odd: bool = False

    @property
    def is_confirmed(self) -> bool:
        """Whether the claim is what comes out."""
        return self.kind in ("exactly", "noise")


@dataclass(frozen=True)
class Noise:
    """How far rounding may move a run, for each of its epochs; what it has moved once stays moved.

    Attributes
    ----------
    train_loss, test_loss : tuple of float
        Relative.
    test_accuracy : tuple of float
        Absolute, from 0 to 1.
    """

    train_loss: tuple[float, ...]
    test_loss: tuple[float, ...]
    test_accuracy: tuple[float, ...]


def nudged(order: Order) -> tuple[Order, ...]:
    """The orders whose outcomes measure the noise of one."""
    return tuple(replace(order, spec=_with_rates_nudged(order.spec, by)) for by in NUDGES)


def _with_rates_nudged(spec: RunSpec, by: float) -> RunSpec:
    """A spec with all of its learning rates moved; the epochs before a branch have theirs."""

    def moved(optimizer: AnyOptimizerSpec) -> AnyOptimizerSpec:
        rate = optimizer.learning_rate
        times = 1 + by if rate < _LARGE_RATE else 1 - 2 * abs(by)
        return optimizer.model_copy(update={"learning_rate": rate * times})

    earlier = tuple(part.model_copy(update={"optimizer": moved(part.optimizer)}) for part in spec.earlier)
    return spec.model_copy(update={"optimizer": moved(spec.optimizer), "earlier": earlier})


def noise_of(came: Retrained, nudged_ones: Sequence[Retrained]) -> Noise | None:
    """The noise by an outcome and its nudged ones; None where one of them was not trained to the same end."""
    if not nudged_ones or any(one.error or len(one.epochs) != len(came.epochs) for one in nudged_ones):
        return None
    most = [0.0, 0.0, 0.0]
    rows: list[tuple[float, float, float]] = []
    for number, epoch in enumerate(came.epochs):
        for one in nudged_ones:
            other = one.epochs[number]
            found = (
                relative(epoch.train_loss, other.train_loss),
                relative(epoch.test_loss, other.test_loss),
                _apart(epoch, other),
            )
            most = [max(a, b) for a, b in zip(most, found, strict=True)]
        rows.append((most[0], most[1], most[2]))
    losses, test_losses, accuracies = zip(*rows, strict=True) if rows else ((), (), ())
    return Noise(losses, test_losses, accuracies)


def is_same(run: ClaimedRun, came: Retrained) -> bool:
    """Whether all figures of all epochs are equal to the last bit."""
    return len(run.epochs) == len(came.epochs) and all(
        _same(a.train_loss, b.train_loss)
        and _same(a.test_loss, b.test_loss)
        and _same(a.test_accuracy, b.test_accuracy)
        for a, b in zip(run.epochs, came.epochs, strict=True)
    )


def is_near(run: ClaimedRun, came: Retrained) -> bool:
    """Whether they are so alike that nobody need ask for the noise."""
    return len(run.epochs) == len(came.epochs) and all(
        _near(a.train_loss, b.train_loss)
        and _near(a.test_loss, b.test_loss)
        and _same(a.test_accuracy, b.test_accuracy)
        for a, b in zip(run.epochs, came.epochs, strict=True)
    )


def compare(run: ClaimedRun, came: Retrained, noise: Noise | None, *, is_same_machine: bool) -> Verdict:
    """Hold a claim against what came out.

    Parameters
    ----------
    run : ClaimedRun
    came : Retrained
    noise : Noise or None
        Of its spec, where it was measured.
    is_same_machine : bool
        Whether the file says that it was made with this processor and these versions.
    """
    if came.error:
        return Verdict("not trained", f"It was not trained again: {came.error}")
    diverged, got_diverged = run.status == "diverged", came.status == "diverged"
    if diverged != got_diverged:
        claimed, got = (("diverged" if one else "did not diverge") for one in (diverged, got_diverged))
        return Verdict("differs", f"It differs: the claimed run {claimed}, trained again here it {got}.")
    if is_same(run, came):
        return Verdict("exactly", "Trained again here: the same losses to the last bit.")
    if diverged:  # where it blows up rounding decides
        return Verdict("noise", "Trained again here: it diverges here too.")
    if len(run.epochs) != len(came.epochs):
        claimed, got = count(len(run.epochs), "epoch"), count(len(came.epochs), "epoch")
        return Verdict("differs", f"It differs: the claim has {claimed}, trained again here it has {got}.")
    if is_near(run, came):
        noise = Noise((), (), ())
    wrong = _first_beyond(run, came, noise)
    if wrong:
        return Verdict("differs", f"It differs: {wrong}")
    where = "though the file says it was this processor" if is_same_machine else "as on another processor"
    said = f"Trained again here: the same within machine noise, {where}. {_spread(run, came)}"
    if noise is not None and noise.train_loss and noise.train_loss[0] > _GROWN:
        said += " With these settings rounding moves a run so far that another seed might pass."
    return Verdict("noise", said, is_odd=is_same_machine)


def _first_beyond(run: ClaimedRun, came: Retrained, noise: Noise | None) -> str:
    """The first figure that is farther away than noise explains, as a sentence; empty where there is none."""
    for number, (claimed, got) in enumerate(zip(run.epochs, came.epochs, strict=True)):
        by, by_test, by_accuracy = _allowed(noise, number, came.n_judged)
        pairs = (
            ("training loss", claimed.train_loss, got.train_loss, by),
            ("test loss", claimed.test_loss, got.test_loss, by_test),
        )
        for name, said, is_so, most in pairs:
            if not (_same(said, is_so) or relative(is_so, said) <= most):
                return (
                    f"claimed is a {name} of {said:.4g} after epoch {got.number:,}, trained again here it is "
                    f"{is_so:.4g}; machine noise explains {100 * most:.2g} % at most."
                )
        a, b = claimed.test_accuracy, got.test_accuracy
        if not (_same(a, b) or abs(a - b) <= by_accuracy):
            return (
                f"claimed is a test accuracy of {percent(a)} after epoch {got.number:,}, trained again here it is "
                f"{percent(b)}; machine noise explains {100 * by_accuracy:.1f} percentage points at most."
            )
    return ""


def _allowed(noise: Noise | None, number: int, n_judged: int) -> tuple[float, float, float]:
    """How far the figures of an epoch may be away: relative, relative, absolute."""
    few = _FEW_PICTURES / max(1, n_judged)
    if noise is None or number >= len(noise.train_loss):
        return NEAR, NEAR, few
    loss, test_loss, accuracy = noise.train_loss[number], noise.test_loss[number], noise.test_accuracy[number]
    has_grown = max(loss, test_loss) > _GROWN
    return (
        max(NEAR, TIMES * loss) + has_grown * _MORE_LOSS,
        max(10 * NEAR, TIMES * test_loss) + has_grown * _MORE_TEST_LOSS,
        max(few, TIMES * accuracy) + has_grown * max(_MORE_ACCURACY, few),
    )


def _spread(run: ClaimedRun, came: Retrained) -> str:
    """How far they are apart, as a sentence."""
    pairs = list(zip(run.epochs, came.epochs, strict=True))
    losses = max((relative(b.train_loss, a.train_loss) for a, b in pairs), default=0.0)
    accuracies = max((_apart(a, b) for a, b in pairs), default=0.0)
    most, points = f"{100 * losses:.1g} %", f"{100 * accuracies:.1f} percentage points"
    return f"Training losses differ by at most {most}, accuracies by {points}."


def _apart(a: Epoch, b: Epoch) -> float:
    apart = abs(a.test_accuracy - b.test_accuracy)
    return apart if math.isfinite(apart) else 0.0


def interval_told(epoch: Epoch, n_judged: int) -> str:
    """An accuracy with its interval, of so many pictures."""
    return Rate.of(epoch.test_accuracy, n_judged).in_full() if n_judged else percent(epoch.test_accuracy)


def relative(a: float, b: float) -> float:
    """How far a number is from the first, as a share of it; 0 where both are no numbers, infinity where one is."""
    if _same(a, b):
        return 0.0
    apart = abs(a - b) / max(abs(a), 1e-9)
    return apart if math.isfinite(apart) else math.inf


def _same(a: float, b: float) -> bool:
    return a == b or (math.isnan(a) and math.isnan(b))


def _near(a: float, b: float) -> bool:
    return relative(a, b) <= NEAR
