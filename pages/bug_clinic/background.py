"""The clinic's work in the background: one piece a person at a time, and a page that waits for it."""

from collections.abc import Callable

from core.clinic.consultation import Consultation
from core.lab.jobs import Job
from pages.shared.controls.attempt import attempt
from pages.shared.panels.jobs import jobs
from pages.shared.panels.progress import note_answer

KIND = "clinic"


def start(person: str, title: str, work: Callable[[Job], object]) -> None:
    """Begin a piece of work; for callbacks."""
    attempt(lambda: jobs().start(KIND, person, title, work, unit="batches"))


def train_now(person: str, file: Consultation) -> None:
    """Let the patient train."""

    def work(job: Job) -> None:
        from core.clinic.work import train_patient
        from core.inside.attribution import one_thread

        with one_thread():
            train_patient(file, job)

    start(person, "Training the patient", work)


def order_now(person: str, file: Consultation, test: str, title: str) -> None:
    """Run an ordered test."""

    def work(job: Job) -> None:
        from core.clinic.work import order_test
        from core.inside.attribution import one_thread

        with one_thread():
            order_test(file, test)

    start(person, title, work)


def name_now(person: str, file: Consultation, name: str) -> None:
    """Take a diagnosis: the right one starts the cured run, a wrong one its refutation."""
    if name in file.named:
        return
    file.named.append(name)
    is_right = name == file.patient.case.name
    note_answer("clinic", file.patient.code, is_right=is_right, mistake="" if is_right else name)

    def work(job: Job) -> None:
        from core.clinic.work import cure, refute
        from core.inside.attribution import one_thread

        with one_thread():
            if not is_right:
                refute(file, name, job)
            elif file.patient.case.cures:
                cure(file, job)

    start(person, "The cured script trains" if is_right else "What was named trains, for comparison", work)
