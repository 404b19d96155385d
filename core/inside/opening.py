"""Open the envelope of a run: judge its network on the test pictures, and write down that they were looked at."""

import threading

from core.datasets import load_for
from core.lab.errors import ChalknetError
from core.lab.places import imported
from core.lab.rates import Rate
from core.runs import Run
from core.runs.envelope import Envelope, is_sealed, note_opening
from core.specs.tasks import task_of

_one_at_a_time = threading.Lock()  # a hall that opens at once does not hold forty networks


def open_envelope(run: Run) -> Envelope:
    """What the run's network does on the test pictures of its data set; each call counts as an opening.

    Parameters
    ----------
    run : Run
        A finished one whose test pictures are sealed.

    Raises
    ------
    ChalknetError
        If the run's test pictures are not sealed, if it keeps no network, or if pictures or weights are gone.
    OSError
        If the opening can't be written down; then nothing is told.
    """
    spec = run.spec
    place = task_of(spec).answers
    if not is_sealed(spec) or not place:
        raise ChalknetError("This run has no envelope: it was judged on its test pictures, or it keeps no network.")
    side = getattr(spec, "side", None)
    data = spec.data.model_copy(update={"judged_on": "test"})
    with _one_at_a_time:
        images = load_for(data) if side is None else load_for(data, side=side)
        answers = imported(place)(run, images.test_images, len(images.class_names))
    n_right = int((answers.argmax(axis=1) == images.test_labels).sum())
    return note_opening(run, Rate(n_right, len(images.test_labels)))
