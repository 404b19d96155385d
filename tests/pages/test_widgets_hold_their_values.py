"""A widget that is given its value has it as its default as well.

The browser draws a widget with its default first and takes the value a moment later. What is pressed in that moment, on
a slow machine, sends the default: a link's Train trained with every setting at its minimum.
"""

from pathlib import Path

import pytest
from google.protobuf.message import Message

PAGES = [path.stem for path in (Path(__file__).resolve().parents[2] / "pages").glob("[0-9]*.py")]
KEPT = {"lang", "present", "tab", "bet", "sealed"}  # what else is drawn depends on them


def protos(at):
    """The messages of all elements that are drawn."""
    ahead = [at.main, at.sidebar]
    while ahead:
        node = ahead.pop()
        ahead += list(getattr(node, "children", {}).values())
        if isinstance(getattr(node, "proto", None), Message):
            yield node.proto


def as_given(proto):
    """What a widget shows in the end, and what it is drawn with: None for what is given no value."""
    if not getattr(proto, "set_value", False):
        return None
    match proto.DESCRIPTOR.name:
        case "Slider":  # a choice among words goes by their places in the default and by themselves in the value
            places = [list(proto.options).index(each) for each in proto.raw_value]
            return list(proto.value) or places, list(proto.default)
        case "Selectbox":
            return [proto.raw_value], [proto.options[proto.default]] if proto.HasField("default") else []
        case "ButtonGroup":
            names = [option.content for option in proto.options]
            return list(proto.raw_values), [names[i] for i in proto.default]
        case "MultiSelect":
            return list(proto.raw_values), [proto.options[i] for i in proto.default]
        case _:
            return proto.value, proto.default


def move(at):
    """Another value for each widget."""
    for one in at.slider:
        one.set_value(one.max if one.value != one.max else one.min)
    for one in at.number_input:
        now = one.min if one.value is None else one.value + one.step
        one.set_value(now if now <= one.max else one.min)
    for one in at.selectbox:
        one.select_index(len(one.options) - 1)
    for one in at.toggle:
        if one.key not in KEPT:
            one.set_value(not one.value)
    for one in at.button_group:
        if one.key not in KEPT:
            one.set_value([one.options[-1]] if one.proto.click_mode == one.proto.MULTI_SELECT else one.options[-1])


@pytest.mark.parametrize("page", PAGES)
def test_what_a_link_sets_is_drawn_so_at_once(visit, page):
    n_given = 0
    for tab in [tab.label for tab in visit(page).tabs] or [""]:
        at = visit(page, tab=tab) if tab else visit(page)
        move(at)
        at.run()
        link = {name: texts[-1] for name, texts in at.query_params.items()}
        link |= {one.key: one.options[-1] for one in at.select_slider}  # AppTest can't move those among numbers
        by_link = visit(page, **link)
        for proto in protos(by_link):
            given = as_given(proto)
            if given is not None:
                n_given += 1
                shown, default = given
                assert shown == default, (tab, proto.label)
    assert n_given
