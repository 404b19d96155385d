"""A run's curves as small plain numbers, ready for the browser: thinned, and on axes that do not jump."""

import math
from collections.abc import Sequence

from core.runs.bets import AccuracyBet, Bet, CurveBet
from core.runs.history import History
from core.runs.loss_axis import MOST, loss_top

_ENDS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100)


def curves(history: History, *, n_epochs: int | None, n_points: int = 300) -> dict[str, object]:
    """The loss of every batch, and the figures of every epoch.

    Parameters
    ----------
    history : History
    n_epochs : int or None
        Epochs that the run will have; None where the clock ends it, so that the axis has to grow.
    n_points : int
        At most about so many batches.

    Returns
    -------
    dict
        ``end`` (epochs, the end of the horizontal axis), ``loss_top`` (end of the loss axis), ``batch_x`` (epochs),
        ``batch_step``, ``batch_loss``, and ``epochs``: dicts of epoch, x, train_loss, test_loss, train_accuracy,
        test_accuracy, and judged_train_loss and judged_train_accuracy where they were asked for. A number that is
        none (NaN, infinity) is None, as JSON has no word for it.
    """
    steps, losses = history.thinned(n_points)
    per_epoch = max(1, history.n_steps_per_epoch)
    now = history.step / per_epoch
    end = n_epochs or next((e for e in _ENDS if e >= now), math.ceil(now / 100) * 100)
    names = ("train_loss", "test_loss", "train_accuracy", "test_accuracy")
    judged = ("judged_train_loss", "judged_train_accuracy")  # only where they were asked for
    return {
        "end": end,
        "loss_top": loss_top(history.losses),
        "batch_x": [round(s / per_epoch, 5) for s in steps.tolist()],
        "batch_step": steps.tolist(),
        "batch_loss": [_number(loss) for loss in losses.tolist()],
        "epochs": [
            {"epoch": e["epoch"], "x": e["step"] / per_epoch} | {name: _number(e[name]) for name in names}
            | {name: _number(e[name]) for name in judged if name in e}
            for e in history.epochs
        ],
    }


def with_bet(drawn: dict[str, object], bet: Bet) -> dict[str, object]:
    """The same curves with what was bet, on an axis that has room for it.

    Parameters
    ----------
    drawn : dict
        As of ``curves``.
    bet : Bet

    Returns
    -------
    dict
        With ``bet``: its ``epochs`` and ``losses``, or its ``accuracy``.
    """
    match bet:
        case CurveBet():
            top = max(float(str(drawn["loss_top"])), math.ceil(min(max(bet.losses), MOST) * 2) / 2)
            return drawn | {"loss_top": top, "bet": {"epochs": list(bet.epochs), "losses": list(bet.losses)}}
        case AccuracyBet():
            return drawn | {"bet": {"accuracy": bet.accuracy}}
        case _:
            return drawn


def with_bets(drawn: dict[str, object], bets: Sequence[CurveBet], nearest: int | None) -> dict[str, object]:
    """The same curves with what several have bet, and which of these was the nearest; on an axis that has room."""
    for bet in bets:
        drawn = with_bet(drawn, bet)
    told = [{"epochs": list(bet.epochs), "losses": list(bet.losses)} for bet in bets]
    return {name: part for name, part in drawn.items() if name != "bet"} | {"bets": told, "nearest": nearest}


def _number(value: float) -> float | None:
    return float(f"{value:.6g}") if math.isfinite(value) else None
