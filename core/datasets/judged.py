"""The pictures of a run, whatever kind it is, with those that it judges as the test pictures."""

from core.datasets.image_set import ImageSet
from core.datasets.registry import load_for
from core.lab.places import imported
from core.specs import RunSpec
from core.specs.tasks import task_of


def judged_by(spec: RunSpec) -> ImageSet:
    """The data set's own split, or what a fold makes of it.

    Raises
    ------
    core.datasets.DatasetError
        If the pictures are not there.
    core.lab.errors.ChalknetError
        If there is no such split of them.
    """
    place = task_of(spec).judged
    if not place:
        return load_for(spec.data)
    images: ImageSet = imported(place)(spec)
    return images
