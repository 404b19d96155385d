"""What the tests of words share: a language to speak."""

import pytest

from pages.shared.words.language import speaking


@pytest.fixture
def french():
    with speaking("fr"):
        yield
