"""The clinic's own measurement of a case: how its script trains, beside the sound one."""

from core.clinic.cases import BY_KEY
from core.clinic.consultation import Measured
from core.clinic.pictures import parts_of
from core.clinic.script import Course, Script, train
from core.lab.jobs import Job


def measured(case: str, dataset: str, job: Job) -> Measured:
    """Train a case's script once, with seed 0.

    Parameters
    ----------
    case : str
        Its key.
    dataset : str
    job : Job
        Whose ``should_stop`` is asked.
    """
    script = Script(BY_KEY[case].script(), parts_of(dataset)[0], 0)
    course = train(script, Course(), should_stop=job.should_stop)
    return Measured(course.epochs, course.error)
