"""The arithmetic of the components, called in the browser without a page around it, against NumPy, SciPy and Pillow."""

import math
from base64 import b64encode
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from PIL import ImageColor
from scipy.interpolate import RegularGridInterpolator

from core.convolution import convolve
from pages.shared.pictures.convolution import axes, numbers

PAGES = Path(__file__).resolve().parents[2] / "pages"
SHARED = PAGES / "shared" / "components"
sensible = st.floats(-1e6, 1e6, allow_subnormal=False)
figures = st.one_of(st.floats(-9999, 9999), st.floats(-0.02, 0.02)).filter(lambda x: x == 0 or abs(x) > 1e-6)
readable = st.floats(-1e9, 1e9).filter(lambda x: x == 0 or abs(x) > 1e-9)
Call = Callable[..., Any]


@pytest.fixture(scope="module")
def common(scripts: Callable[..., Call]) -> Call:
    return scripts(*sorted((SHARED / "common").glob("*.js")))


@pytest.fixture(scope="module")
def convolution(scripts: Callable[..., Call]) -> Call:
    """Everything of the moving picture that draws nothing, and what draws numbers."""
    own = [SHARED / "convolution" / f"{name}.js" for name in ("geometry", "numbers", "grids", "layout", "outbox")]
    return scripts(SHARED / "common" / "arrays.js", *own)


@pytest.fixture(scope="module")
def surface(scripts: Callable[..., Call]) -> Call:
    return scripts(PAGES / "optimizers" / "components" / "landscape" / "surface.js")


@pytest.fixture(scope="module")
def shown(scripts: Callable[..., Call]) -> Call:
    return scripts(SHARED / "maps_sheet" / "shown.js")


def number(text: str) -> float:
    """A text with the typographic minus as a number."""
    return float(text.replace("\u2212", "-"))


def packed(values: np.ndarray, kind: str = "<f4") -> str:
    return b64encode(np.ascontiguousarray(values, dtype=kind).tobytes()).decode()


# -------------------------------------------------------------------------------------------------------- every chart


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ((0, 1, 5), [0, 0.2, 0.4, 0.6, 0.8, 1]),
        ((0, 2.3, 5), [0, 0.5, 1, 1.5, 2]),
        ((0, 4, 4), [0, 1, 2, 3, 4]),
        ((-0.3, 0.3, 6), [-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3]),
        ((90, 1010, 8), [200, 400, 600, 800, 1000]),
        ((3, 3, 5), [3]),
    ],
)
def test_ticks_known_by_heart(common, asked, expected):
    assert common("ticks(...a)", *asked) == pytest.approx(expected, abs=1e-12)


@given(low=st.integers(-10_000, 10_000), span=st.integers(1, 100_000), scale=st.integers(-6, 3), n=st.integers(1, 12))
def test_ticks_are_the_finest_round_ones_of_which_there_are_not_too_many(common, low, span, scale, n):
    unit = Fraction(10) ** scale
    low, high = low * unit, (low + span) * unit
    # The smallest of 1, 2 and 5 times a power of ten that cuts the axis into at most n parts; exact, by fractions
    round_steps = (m * Fraction(10) ** power for power in range(-12, 12) for m in (1, 2, 5))
    step = next(step for step in round_steps if (high - low) / step <= n)
    expected = [k * step for k in range(math.ceil(low / step), math.floor(high / step) + 1)]
    found = common("ticks(...a)", float(low), float(high), n)
    assert found == pytest.approx([float(tick) for tick in expected], rel=1e-9, abs=float(step) * 1e-6)


COLOURS = ["red", "#2a78d6", "#fff", "rebeccapurple", "rgb(12, 200, 7)", "hsl(120, 100%, 25%)"]


@pytest.mark.parametrize("colour", COLOURS)
def test_a_colour_is_three_numbers(common, colour):
    assert common("rgb(a[0])", f" {colour} ") == list(ImageColor.getrgb(colour))


def test_no_colour_is_grey(common):
    assert common("rgb(a[0])", "") == list(ImageColor.getrgb("#888"))


@given(st.lists(st.floats(-1000, 1000, width=32), min_size=1, max_size=300), st.floats(0, 1))
def test_most_of_the_numbers_are_below_it(common, values, share):
    sizes = np.abs(np.array(values, np.float32))
    expected = np.quantile(sizes, share, method="lower") or sizes.max() or 1
    # The rank is a product of floats: where it falls upon a whole number, the neighbour is as right
    rank = (len(sizes) - 1) * share
    assume(abs(rank - round(rank)) > 1e-9 or share in (0, 1))
    assert common("most(floatsOf(a[0]), a[1])", packed(sizes), share) == expected
    assert common("most(a[0], a[1])", values, share) == expected
    every = np.quantile(sizes[::3], share, method="lower") or sizes[::3].max() or 1
    rank = (len(sizes[::3]) - 1) * share
    assume(abs(rank - round(rank)) > 1e-9 or share in (0, 1))
    assert common("most(a[0], a[1], 3)", values, share) == every


def test_bytes_and_floats_arrive_as_they_are(common):
    assert common("[...bytesOf(a[0])]", packed(np.arange(256), "u1")) == list(range(256))
    floats = np.random.default_rng(0).normal(size=50).astype(np.float32)
    assert common("[...floatsOf(a[0])]", packed(floats)) == floats.tolist()


# ------------------------------------------------------------------------------------------------ curves and surfaces



@pytest.mark.parametrize(("rows", "columns"), [(7, 11), (12, 5), (2, 2)])
def test_heights_between_the_points_of_a_surface_are_scipys(surface, rows, columns):
    shades = np.random.default_rng(0).uniform(size=(rows, columns))
    places = np.random.default_rng(1).uniform(0, [rows - 1, columns - 1], (40, 2))
    places = np.vstack([places, [[0, 0], [rows - 1, columns - 1], [rows - 1, 0], [0, columns - 1.5]]])
    expected = RegularGridInterpolator((np.arange(rows), np.arange(columns)), shades)(places)
    call = "a[1].map(([row, column]) => between(a[0], a[2], a[3], column, row))"
    assert surface(call, shades.ravel().tolist(), places.tolist(), rows, columns) == pytest.approx(expected, abs=1e-12)


@given(st.integers(200, 2000), st.integers(150, 900), sensible, st.floats(1e-3, 1e4), st.floats(0, 1), st.floats(0, 1))
def test_places_go_to_pixels_and_back(surface, width, height, low, span, right, up):
    x, y = [low, low + span], [-low, span - low]
    assume(x[0] < x[1] and y[0] < y[1])
    pad = {"left": 52, "right": 12, "top": 8, "bottom": 36}
    at = [x[0] + right * (x[1] - x[0]), y[0] + up * (y[1] - y[0])]
    call = "((s) => [s.x(a[5]), s.y(a[6]), ...s.back(s.x(a[5]), s.y(a[6]))])(scaleOf(...a))"
    px, py, *back = surface(call, width, height, pad, x, y, *at)
    assert back == pytest.approx(at, abs=1e-6 * (abs(low) + span))
    assert px == pytest.approx(52 + right * (width - 64), abs=0.5)
    assert py == pytest.approx(height - 36 - up * (height - 44), abs=0.5)  # up on the screen is a smaller number


@given(readable)
def test_a_number_of_a_surface_keeps_its_digits(surface, x):
    text = surface("told(a[0])", x)
    assert number(text) == pytest.approx(x, rel=5.1e-4 if 1e-3 <= abs(x) < 1e5 else 5.1e-3)
    assert len(text.lstrip("\u2212")) <= 8
    assert "-" not in text or "e-" in text or "e\u2212" in text


@pytest.mark.parametrize(
    ("x", "text"),
    [(0, "0"), (-0.5, "\u22120.5"), (1234.567, "1235"), (123456, "1.23e+5"), (0.0001234, "1.23e\u22124"), (3, "3")],
)
def test_numbers_of_a_surface_known_by_heart(surface, x, text):
    assert surface("told(a[0])", x) == text


@given(st.floats(-1e6, 1e6).filter(lambda x: x == 0 or abs(x) > 1e-9))
def test_a_map_is_read_to_three_decimals(shown, x):
    text = shown("shown(a[0])", x)
    assert number(text) == pytest.approx(x, rel=0.051, abs=0) if 0 < abs(x) < 0.01 else abs(number(text) - x) < 5.1e-4
    assert text.startswith("\u2212") == (x < 0)


@given(st.lists(st.floats(-10, 10, width=32), min_size=1, max_size=30))
def test_the_ring_lies_where_numpy_finds_the_largest(shown, values):
    assert shown("argmax(Float32Array.from(a[0]))", values) == np.argmax(np.float32(values))


# -------------------------------------------------------------------------------------------------------- convolution

def pair(low: int, high: int) -> st.SearchStrategy[tuple[int, int]]:
    return st.tuples(st.integers(low, high), st.integers(low, high))


window = st.fixed_dictionaries({"stride": pair(1, 3), "padding": pair(0, 2), "dilation": pair(1, 2)})


@given(window, st.integers(1, 2), st.integers(1, 2), st.integers(0, 2**32 - 1))
def test_the_terms_of_each_step_are_those_of_the_library(convolution, options, channels, n_filters, seed):
    rng = np.random.default_rng(seed)
    image = rng.integers(-9, 10, (channels, *rng.integers(4, 8, 2))).astype(float)
    kernel = rng.integers(-4, 5, (n_filters, channels, *rng.integers(1, 3, 2))).astype(float)
    walk = convolve(image, kernel, **options)
    model = {"axes": axes(walk.rows, walk.columns), "kernel": kernel.tolist(), "image": numbers(image)}
    call = (
        "((model) => a[1].map(([f, r, c]) => convolutionTerms(model, f, r, c).map("
        "(t) => [t.channel, t.row, t.column, t.i, t.j, t.pixel, t.weight, t.product])))"
        "({ ...a[0], image: new Numbers(a[0].image) })"
    )
    cells = [(f, r, c) for f in range(n_filters) for r in range(walk.rows.count) for c in range(walk.columns.count)]
    found = convolution(call, model, cells)
    for (f, r, c), terms in zip(cells, found, strict=True):
        assert math.fsum(term[-1] for term in terms) == walk.output[f, r, c]
        step = next(s for s in walk.steps if (s.row, s.column) == (r, c)) if n_filters == 1 else None
        if step is not None:
            assert terms == [
                [t.channel, t.image_row, t.image_column, t.kernel_row, t.kernel_column, t.pixel, t.weight, t.product]
                for t in step.terms
            ]


@given(window, st.integers(5, 12), st.integers(1, 3))
def test_the_windows_over_a_pixel_are_those_whose_steps_use_it(convolution, options, size, width):
    walk = convolve(np.zeros((3, size)), np.zeros((1, width)), **options)
    axis = axes(walk.rows, walk.columns)["columns"]
    users = [sorted({s.column for s in walk.steps if any(t.image_column == i for t in s.terms)}) for i in range(size)]
    assert convolution("Array.from({ length: a[1] }, (_, i) => windowsOver(a[0], i))", axis, size) == users
    # The window around a pixel is the one whose middle is nearest to it
    middles = [np.mean([t.image_column for t in walk.steps[c].terms]) for c in range(walk.columns.count)]
    found = convolution("Array.from({ length: a[1] }, (_, i) => windowAround(a[0], i))", axis, size)
    for i, around in enumerate(found):
        distances = np.abs(np.array(middles) - i)
        assert distances[around] == distances.min()


@given(st.sampled_from([(1, 5, 4), (3, 2, 6), (2, 80, 70), (3, 65, 64)]), st.sampled_from(["counts", "real"]))
def test_arrays_arrive_in_their_shape(convolution, shape, kind):
    rng = np.random.default_rng(3)
    array = rng.integers(0, 256, shape).astype(float) if kind == "counts" else rng.normal(size=shape)
    sent = array if array.size <= 64 * 64 or kind == "counts" else array.astype(np.float32)
    call = "((n) => [n.grid(a[1]), n.at(0, 1, 2), n.largest(), n.large])(new Numbers(a[0]))"
    grid, one, largest, large = convolution(call, numbers(array), shape[0] - 1)
    np.testing.assert_array_equal(grid, sent[-1])
    assert (one, largest, large) == (sent[0, 1, 2], np.abs(sent).max(), max(shape[1:]) > 24)


def test_a_kernels_size_is_told_with_its_channels_only_if_it_has_several(convolution):
    assert convolution("weightsSize(a[0])", np.zeros((1, 2, 3)).tolist()) == "2 × 3"
    assert convolution("weightsSize(a[0])", np.zeros((3, 2, 4)).tolist()) == "3 × 2 × 4"


@given(st.lists(st.lists(st.lists(st.one_of(st.none(), sensible), min_size=1), min_size=1), min_size=1, max_size=3))
def test_the_largest_of_grids_is_the_largest_size(convolution, grids):
    sizes = [abs(x or 0) for grid in grids for row in grid for x in row]
    assert convolution("largestOf(a[0])", grids) == max(sizes)


@given(figures)
@example(0.0096)
@example(100.00001)
@example(-0.0)
def test_a_cells_text_is_its_number_rounded_and_says_so(convolution, x):
    text, sign = convolution("[format(a[0]), equals(a[0])]", x)
    off = abs(number(text) - x)
    assert off <= (0.0505 * abs(x) if abs(x) < 0.01 else 0.00051)
    assert (sign == "=") == (off == 0)
    assert "." not in text or text[-1] != "0" or "e" in text  # no decimals that say nothing
    assert text.startswith("\u2212") == (x < 0)


def test_what_is_not_known_is_a_question_mark(convolution):
    assert convolution("[format(null), format(undefined), equals(1, null, 2)]") == ["?", "?", "="]
    assert convolution("equals(0.5, 1 / 3)") == "≈"


def test_the_sign_is_the_hue_and_the_size_its_strength(convolution):
    assert convolution("[shade(null, 5), shade(3, 0)]") == ["transparent", "transparent"]
    assert convolution("shade(-2, 4)") == "color-mix(in srgb, var(--negative) 29%, var(--paper))"
    assert convolution("shade(9, 4)") == "color-mix(in srgb, var(--positive) 58%, var(--paper))"  # no more than that


def flow(figures: list[dict[str, Any]], width: int, size: int) -> int:
    """The height of figures as a browser breaks them into lines: the slow way, a line at a time."""
    lines: list[list[tuple[int, int]]] = [[]]
    for figure in figures:
        wide = sum(columns * (size + 2) for columns, _ in figure["tables"]) + 12 * (len(figure["tables"]) - 1)
        across = min(width, max(wide, figure["caption"]))
        high = max(rows * (size + 2) for _, rows in figure["tables"]) + figure["names"]
        block = (across, 30 + -(-wide // width) * high)
        if lines[-1] and sum(w + 28 for w, _ in lines[-1]) + across > width:
            lines.append([])
        lines[-1].append(block)
    return sum(max(high for _, high in line) for line in lines) + 12 * (len(lines) - 1)


figure = st.fixed_dictionaries(
    {
        "caption": st.integers(20, 200),
        "names": st.sampled_from([0, 22]),
        "tables": st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12)), min_size=1, max_size=3),
    }
)


@given(st.lists(figure, min_size=1, max_size=5), st.integers(300, 1400), st.integers(200, 1500))
def test_cells_are_as_large_as_the_screen_allows(convolution, figures, width, room):
    size = convolution("cellSize(a[0], a[1], a[2])", figures, width, room)
    heights = {s: convolution("flowHeight(a[0], a[1], a[2])", figures, width, s) for s in (size, size + 1)}
    assert heights == {s: flow(figures, width, s) for s in heights}
    widest = max(columns for figure in figures for columns, _ in figure["tables"])
    tallest = max(rows for figure in figures for _, rows in figure["tables"])
    readable = 34 if width < 480 or tallest > 10 else 40
    assert 24 <= size <= 72
    assert widest * (size + 2) <= width or size == 24  # a table is scrolled only where cells could not be read
    assert heights[size] <= room or (flow(figures, width, 24) > room and size <= readable)
    assert size == 72 or widest * (size + 3) > width or flow(figures, width, size + 1) > room
    assert convolution("cellSize(a[0], a[1], a[2], 30)", figures, width, 10_000) <= 30


@given(
    st.lists(st.tuples(st.integers(25, 700), st.integers(25, 500)), min_size=1, max_size=4),
    st.integers(320, 1400),
    st.integers(260, 600),
)
def test_pictures_stand_side_by_side(convolution, sizes, width, room):
    pictures = [{"columns": columns, "rows": rows, "caption": 60} for columns, rows in sizes]
    pixel = convolution("pixelSize(a[0], a[1], a[2])", pictures, width, room)
    assert 0.2 <= pixel <= 14
    assert pixel == 0.2 or sum(max(columns * pixel, 60) for columns, _ in sizes) + 28 * (len(sizes) - 1) <= width
    assert pixel == 0.2 or pixel * max(rows for _, rows in sizes) <= room + 1e-9


def test_what_was_typed_goes_with_all_that_is_not_confirmed(convolution):
    call = """((sent) => {
        const box = new Outbox((event, items) => sent.push([event, items.map((item) => [item.id, item.text])]));
        box.submit("edited", { text: "a" }); box.submit("edited", { text: "b" }); box.confirm(1);
        box.submit("edited", { text: "c" }); box.confirm(7);
        box.deliver("edited"); box.submit("answered", { text: "d" });
        clearTimeout(box.retry); return sent; })([])"""
    assert convolution(call) == [
        ["edited", [[1, "a"]]],
        ["edited", [[1, "a"], [2, "b"]]],
        ["edited", [[2, "b"], [3, "c"]]],
        ["answered", [[8, "d"]]],
    ]


@given(st.lists(figures.map(lambda x: round(x, 3)), min_size=1, max_size=5))
def test_a_sum_is_written_as_on_paper(convolution, values):
    told = convolution("addedUp(a[0])", values)
    assert "+ \u2212" not in told
    assert "\u2212 \u2212" not in told
    assert sum(number(part) for part in told.replace(" \u2212 ", " + \u2212").split(" + ")) == pytest.approx(
        sum(number(convolution("format(a[0])", value)) for value in values), abs=1e-6
    )
