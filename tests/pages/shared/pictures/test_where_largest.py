"""Where a channel is largest, in words and as a box."""

import numpy as np

from core.inside.receptive_field import Field
from pages.shared.pictures.strips import Mark
from pages.shared.pictures.where_largest import where_largest

FIELD = Field(size=6, jump=2, first=-2)  # behind two convolutions of 3 x 3 and a pooling


def test_the_box_is_the_field_of_the_largest_number():
    maps = np.zeros((2, 16, 16))
    maps[1, 4, 9] = 1.5
    said, marks = where_largest(maps, 1, FIELD, 32)
    assert "Channel 2 is largest in row 5, column 10: **1.5**" in said
    assert said.endswith("the 6 x 6 of its 32 x 32 pixels of which that number is made")
    assert marks == [Mark(6 / 32, 16 / 32, 12 / 32, 22 / 32)]


def test_at_the_edge_part_of_it_lies_beyond_the_picture():
    maps = np.zeros((1, 16, 16))
    maps[0, 0, 15] = 1
    said, marks = where_largest(maps, 0, FIELD, 32)
    assert said.endswith("of which that number is made, where they lie on it")
    assert marks == [Mark(0, 28 / 32, 4 / 32, 1)]


def test_a_silent_channel_has_no_place():
    assert where_largest(np.zeros((3, 8, 8)), 2, FIELD, 32) == ("Channel 3 is the same everywhere: **0**", [])
