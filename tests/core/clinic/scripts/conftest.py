"""Cured scripts, trained."""

import pytest

from core.clinic.pictures import parts_of
from core.clinic.script import Course, Script, train


@pytest.fixture
def examined_cure(home):
    """Trains the cured script of a case on a thousand of Shapes-10."""

    def call(case):
        return train(Script(case.cured(), parts_of("shapes10", n_train=1_001)[0], 0), Course())

    return call
