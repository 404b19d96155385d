"""The time on each lesson's card is that of its own experiment, worked out here by hand from round speeds."""

import pytest

from core.engine.calibration import Calibration
from core.engine.expected_time import seconds
from core.specs import DataSpec
from pages.home.cards import time_of
from pages.shared.lessons import QUESTIONS, lesson

# 1 ms per step of the MLP, 2 ms per picture of the CNN; ResNet-18: 10 ms per step, 2 ms per picture; tests for nothing
KNOWN = Calibration("here", (1e-3, 0.0, 0.0), 0.0, 2e-3, 0.0, 1.0, (), resnet18=(0.01, 0.002, 0.0))
AROUND = 0.25  # seconds around each of many runs


@pytest.mark.parametrize(
    ("key", "n_at_once", "said"),
    [
        # 4 epochs of 157 steps
        ("perceptron", 1, "About 0.6 s to train on 5,000 pictures here."),
        # 4 epochs of 5,000 pictures
        ("cnn", 2, "About 40 s to train on 5,000 pictures here."),
        # 5 folds that train on 4,000 pictures, one after the other or two at a time
        ("crossval", 1, f"About {5 * (8 + AROUND):.0f} s to train 5 networks here."),
        ("crossval", 2, f"About {5 * (8 + AROUND) / 2:.0f} s to train 5 networks here."),
        # 10 epochs of 5 steps, 20 pictures of each of 4 classes: twice whole, once two stages of five, once the head
        ("transfer", 1, f"About {2 * 2.1 + 1.16 + 0.0125 + 4 * AROUND:.1f} s to train 4 networks here."),
        # three contestants, each as Question 1's
        ("optimizers", 1, f"About {3 * (0.628 + AROUND):.1f} s to train 3 networks here."),
    ],
)
def test_each_has_its_own_time(home, key, n_at_once, said):
    def seconds_of(specs):
        """On a machine with time for all of them, as many side by side as are allowed."""
        each = [seconds(spec, KNOWN) for spec in specs]
        return each[0] if len(each) == 1 else sum(one + AROUND for one in each) / n_at_once

    assert time_of(lesson(key), DataSpec(), seconds_of) == said


def test_what_trains_nothing_takes_no_time():
    assert time_of(lesson("convolution"), DataSpec(), lambda specs: None) == "At once: nothing is trained."


@pytest.mark.parametrize("one", [one for one in QUESTIONS if one.defaults], ids=lambda one: one.key)
def test_nothing_is_promised_before_the_machine_was_measured(one):
    assert time_of(one, DataSpec(), lambda specs: None) == "How long it takes is measured when the engine is ready."


def test_of_a_moment_no_tenths_are_told():
    said = [time_of(lesson("perceptron"), DataSpec(), lambda specs, n=seconds: n) for seconds in (0.02, 0.49, 0.5)]
    assert said[:2] == ["Less than a second to train here."] * 2
    assert said[2].startswith("About 0.5 s")
