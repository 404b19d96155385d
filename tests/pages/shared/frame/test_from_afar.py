"""pages/shared/frame/from_afar.py: behind a proxy the lab's own address is loopback, and everybody reaches it."""

import pytest

from pages.shared.frame.from_afar import told_from_afar

HERE = {"Host": "127.0.0.1:8501", "Origin": "http://127.0.0.1:8501"}


@pytest.mark.parametrize(
    "headers",
    [
        {},  # a test without a browser
        HERE,
        {"Host": "localhost:8501", "Origin": "http://localhost:8501"},
        {"Host": "[::1]:8501", "Origin": "http://[::1]:8501"},
        {"Host": "127.0.0.1"},
    ],
)
def test_a_browser_on_this_machine(headers):
    assert not told_from_afar(headers)


@pytest.mark.parametrize(
    "more",
    [
        {"X-Forwarded-For": "10.0.0.7"},
        {"X-Real-IP": "10.0.0.7"},
        {"Forwarded": "for=10.0.0.7"},
        {"Via": "1.1 proxy"},
        {"Host": "lab.school.edu"},
        {"Origin": "https://lab.school.edu"},  # a proxy that names its own target as the host
        {"Host": "127.0.0.1.evil.org"},
        {"Host": "localhost@evil.org"},
        {"Host": "[::1"},
        {"Origin": "null"},
    ],
)
def test_a_browser_elsewhere(more):
    assert told_from_afar(HERE | more)
