"""Plans for Question 2: a convolution and a pooling by hand; nothing is trained."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from core.convolution.exercises import make_exercise
from core.convolution.lesson import EXAMPLES, HANDOUT_A, HANDOUT_B, Lesson, to_query, work
from core.plans.clock import by_the_clock
from core.plans.plan import Chosen, Computed, Plan, PlanError, Shows, Step

LESSON = "convolution"
_HANDOUT_SIZE, _OTHER = ("convolution", "a", 0, 4), ("convolution", "2", 7, 3)  # kind, level, seed, stage

_CLOCKS = {
    50: {"window": 9, "size": 8, "padding": 9, "pooling": 7, "channels": 8, "exercise": 7, "close": 2},
    75: {
        "window": 10, "size": 10, "padding": 11, "pooling": 9, "channels": 10, "edges": 8, "backward": 6,
        "exercise": 9, "close": 2,
    },
}  # fmt: skip


def plan(minutes: int, chosen: Chosen) -> Plan:
    """That of 50 or of 75 minutes."""
    ahead = ("edges", "backward") if minutes == 50 else ("large",)
    return by_the_clock(
        LESSON,
        _steps(),
        _CLOCKS[minutes],
        aim="Everybody computes a cell, the size and the pooling of a map by hand, and knows where PyTorch differs.",
        ahead=ahead,
    )


def cells(grid: np.ndarray) -> str:
    """A map in a line: rows with strokes between, as ``"0 0 | 1 3 | 7 9"``."""
    return " | ".join(" ".join(f"{value:g}" for value in row) for row in grid)


def _watch(title: str, lesson: Lesson) -> Shows:
    return Shows(title, LESSON, settings=to_query(lesson))


def _try(title: str, exercise: tuple[str, str, int, int]) -> Shows:
    settings: Mapping[str, object] = {"view": "Do it yourself", "exercise": make_exercise(*exercise).code}
    return Shows(title, LESSON, settings=settings)


def _map(lesson: Lesson) -> str:
    return cells(work(lesson).active[0])


def _pooled(lesson: Lesson) -> str:
    walk = work(lesson).pooled
    if walk is None:
        raise PlanError("This lesson has no pooling.")
    return cells(walk.output.reshape(-1, *walk.output.shape[-2:])[0])


def _steps() -> dict[str, Step]:
    dropped = replace(HANDOUT_A, edge="drop")
    return {
        "window": Step(
            "One window",
            "The first cell together on the board, aloud. Vote on it. Then step on with the arrow keys, somebody says "
            "each number before it appears.",
            "What stands in the first cell, after ReLU?",
            (_watch("The handout's first exercise", HANDOUT_A),),
            ("conv-value-1",),
            computed=(Computed("activation map", lambda: _map(HANDOUT_A)),),
        ),
        "size": Step(
            "How large is the map?",
            "Count the places of the window with a finger before any formula. Then the vote, then the formula.",
            "How many places has the window in a row?",
            (_try("The handout's exercise, its size first", _HANDOUT_SIZE),),
            ("conv-size-1",),
        ),
        "padding": Step(
            "A frame of zeros, and averages",
            "The handout prints maxima where averages are asked. Let them find the row before you show it.",
            "Which two numbers of the handout's pooled map can't be averages?",
            (_watch("The handout's second exercise", HANDOUT_B),),
            ("conv-average-1",),
            computed=(
                Computed("activation map", lambda: _map(HANDOUT_B)),
                Computed("averages, partial windows kept", lambda: _pooled(HANDOUT_B)),
            ),
        ),
        "pooling": Step(
            "What sticks out",
            "Open both links in turn: the same map, the last row kept and dropped.",
            "Which of the two is PyTorch's default?",
            (_watch("Partial windows kept", HANDOUT_A), _watch("Partial windows dropped", dropped)),
            ("conv-pool-1",),
            computed=(
                Computed("maxima, partial windows kept", lambda: _pooled(HANDOUT_A)),
                Computed("maxima, PyTorch's default", lambda: _pooled(dropped)),
            ),
        ),
        "channels": Step(
            "Channels and filters",
            "Point at one cell: it is the sum over all channels. Then count maps, then parameters.",
            "How many maps does one filter make of three channels?",
            (_watch("3 channels, 2 filters", EXAMPLES["channels"][1]),),
            ("conv-maps-1", "conv-parameters-1"),
        ),
        "edges": Step(
            "What a filter finds",
            "First on the small grid, where the edge is seen in the numbers; then on a photograph.",
            "What happens to the map if the picture moves by a pixel?",
            (
                _watch("A Sobel filter on an edge", EXAMPLES["edges"][1]),
                _watch("The same on a photograph", EXAMPLES["photograph"][1]),
            ),
            ("conv-shift-1",),
        ),
        "backward": Step(
            "Who hears of the error?",
            "Vote, discuss, vote again. It is max-pooling read backwards: no new formula.",
            "Which of the four inputs gets the gradient?",
            (_watch("A max-pooling to point at", HANDOUT_A),),
            ("conv-backward-1",),
        ),
        "exercise": Step(
            "Everybody the same numbers",
            "The link gives all the same exercise. Hints name the mistake; walk around and collect which come up.",
            "Whose first cell is right at the first try?",
            (_try("An exercise with another kernel", _OTHER),),
        ),
        "large": Step(
            "A photograph, cell by cell",
            "Let them choose the kernel that makes it look raised.",
            "Which kernel is it?",
            (_watch("A photograph, filtered", EXAMPLES["photograph"][1]),),
        ),
        "close": Step(
            "What to take home",
            "Everybody writes the size formula from memory, and compares with the neighbour.",
        ),
    }
