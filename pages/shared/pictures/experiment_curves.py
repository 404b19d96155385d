"""The live picture of an experiment: many curves in one inline component, cheap enough to be drawn while they grow."""

from core.runs.series import Series, picture
from pages.shared.components import component


def overlay_picture(
    curves: list[Series],
    *,
    said: str,
    share: float,
    key: str,
    n_epochs: int | None = None,
    against: str = "epochs",
    loss: str = "train_loss",
    accuracy: str = "test_accuracy",
) -> None:
    """Draw it.

    Parameters
    ----------
    curves : list of Series
    said : str
        The line above the progress bar.
    share : float
        Of the bar, from 0 to 1.
    key : str
        One a picture: what a person has chosen in it stays while the key does.
    n_epochs : int, optional
        Where the axis of the epochs ends, so that it does not jump while the curves grow.
    against, loss, accuracy : str
        What is drawn at first: one of ``core.runs.series.AXES``, and of the quantities.
    """
    start = {"against": against, "loss": loss, "accuracy": accuracy}
    ends = {"epochs": n_epochs} if n_epochs else {}
    scripts = ["reading.js", "experiment_curves.js"]
    draw = component(
        "experiment_curves", common=["ticks.js", "end_labels.js", "numbers.js", "in_lecture.js"], scripts=scripts
    )
    draw(key=key, data=picture(curves) | {"said": said, "share": share, "start": start, "ends": ends})
