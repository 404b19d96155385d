"""What is computed for a consultation, in the background of the page: training, a test, a refutation, the cure."""

from core.clinic.case import SOUND, Case
from core.clinic.cases import BY_KEY, CASES
from core.clinic.consultation import Consultation, Refutation
from core.clinic.finding import Finding
from core.clinic.measures import measure
from core.clinic.pictures import parts_of
from core.clinic.script import Course, Script, train
from core.lab.jobs import Job


def train_patient(file: Consultation, job: Job) -> None:
    """Train the patient; its curves grow in the file meanwhile."""
    course = Course()
    file.course = course
    train(_script(file, file.patient.case.script()), course, on_progress=job.progress, should_stop=job.should_stop)
    file.is_trained = True


def order_test(file: Consultation, test: str) -> None:
    """Run an ordered test and put it into the file."""
    file.findings[test] = _measured(file, test)


def refute(file: Consultation, name: str, job: Job) -> None:
    """Train what was named, and find a test in which it differs from the patient."""
    named, patient = case_of(name), file.patient.case
    own, fresh = parts_of(file.dataset, file.patient.random_state)
    course = train(Script(named.script(), own, file.patient.random_state), Course(), should_stop=job.should_stop)
    found = {test: _measured(file, test) for test in dict.fromkeys(sign.test for sign in named.signs)}
    sign = next((sign for sign in named.signs if not sign.holds(found[sign.test].numbers)), None)
    test = patient.telling.test if sign is None else sign.test
    of_named = measure(test, Script(named.script(), own, file.patient.random_state), course, fresh)
    file.refutations[name] = Refutation(
        named,
        sign.sentence if sign is not None else "",
        of_named,
        found[test] if test in found else _measured(file, test),
        course,
    )


def cure(file: Consultation, job: Job) -> None:
    """Train the cured script."""
    script = _script(file, file.patient.case.cured())
    file.cured = train(script, Course(), on_progress=job.progress, should_stop=job.should_stop)


def case_of(name: str) -> Case:
    """A case with a disease; of the sound ones the plainest."""
    return BY_KEY[SOUND] if name == SOUND else next(case for case in CASES if case.name == name)


def _script(file: Consultation, text: str) -> Script:
    return Script(text, parts_of(file.dataset, file.patient.random_state)[0], file.patient.random_state)


def _measured(file: Consultation, test: str) -> Finding:
    if test in file.findings:
        return file.findings[test]
    assert file.course is not None, "tests are ordered of a patient that has trained"
    own, fresh = parts_of(file.dataset, file.patient.random_state)
    script = Script(file.patient.case.script(), own, file.patient.random_state)
    return measure(test, script, file.course, fresh)
