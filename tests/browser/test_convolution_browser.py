"""Question 2 in a real browser: what moves, moves there; what is typed is computed, or refused in place."""

import json
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from core.convolution import convolve, pool
from core.convolution.exercises import make_exercise
from pages.shared.pictures.convolution import axes

SCRIPTS = Path(__file__).resolve().parents[2] / "pages" / "shared" / "components" / "convolution"


class Picture:
    """The moving picture on a page, and the frames that the browser sent over the websocket."""

    def __init__(self, page: Page, server: str, query: str = "") -> None:
        self.page = page
        self.sent: list[object] = []
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("websocket", lambda socket: socket.on("framesent", lambda frame: self.sent.append(frame)))
        page.goto(f"{server}/Convolution{query}")
        self.lab = page.locator(".lab")
        self.equation = self.lab.locator(".equation")
        expect(self.lab.locator("figure").first).to_be_visible()
        expect(page.locator("[data-testid='stApp'][data-test-script-state='notRunning']")).to_be_visible()

    def button(self, name: str):
        return self.lab.get_by_role("button", name=name)

    def cell(self, grid: str, row: int, column: int):
        return self.lab.get_by_label(f"{grid}, row {row}, column {column}")

    def map_cell(self, grid: str, row: int, column: int):
        return self.lab.get_by_role("table", name=grid).locator("tr").nth(row - 1).locator("td").nth(column - 1)


def test_steps_by_button_key_slider_and_pointer_without_the_server(page, lab_server):
    picture = Picture(page, lab_server)
    expect(picture.equation).to_contain_text("row 2, column 1")  # the first window that gives something
    picture.button("First step").click()
    expect(picture.equation).to_contain_text("(−1 × 2) + (0 × 1) + (2 × 0) + (3 × −1) = −5")
    expect(picture.equation).to_contain_text("max(0, −5) = 0")
    before = len(picture.sent)
    picture.button("Next step").click()
    expect(picture.equation).to_contain_text("= −3")
    picture.lab.focus()
    page.keyboard.press("ArrowDown")
    expect(picture.equation).to_contain_text("row 2, column 2")
    page.keyboard.press("ArrowLeft")
    expect(picture.equation).to_contain_text("= 1")
    page.keyboard.press("End")
    expect(picture.equation).to_contain_text("max(7, 9) = 9")
    picture.map_cell("After ReLU", 3, 1).hover()
    expect(picture.equation).to_contain_text("(5 × 2) + (6 × 1) + (8 × 0) + (9 × −1) = 7")
    picture.lab.get_by_label("Step", exact=True).fill("1")
    expect(picture.equation).to_contain_text("row 1, column 2")
    picture.button("First step").click()
    picture.lab.get_by_label("Steps per second").select_option("30")
    picture.lab.focus()
    page.keyboard.press("Space")
    expect(picture.equation).to_contain_text("max(7, 9) = 9")
    assert len(picture.sent) == before
    assert not picture.errors


def test_each_product_as_it_is_added(page, lab_server):
    picture = Picture(page, lab_server)
    picture.lab.get_by_label("One step is").select_option("deep")
    picture.button("First step").click()
    now = picture.equation.locator(".term.now")
    for product, so_far in (("(−1 × 2)", "= −2"), ("(0 × 1)", "= −2"), ("(2 × 0)", "= −2"), ("(3 × −1)", "= −5")):
        expect(now).to_have_text(product)
        expect(picture.equation.locator(".term.total").first).to_contain_text(so_far)
        picture.button("Next step").click()
    expect(now).to_have_count(0)
    expect(picture.equation).to_contain_text("max(0, −5) = 0")


def test_the_pictures_index_arithmetic_is_that_of_the_library(page):
    cases = []
    image = [[r * 7 + c for c in range(7)] for r in range(6)]
    for options in (
        {}, {"padding": 2}, {"stride": (2, 3)}, {"dilation": (2, 1)}, {"padding": "same"},
        {"stride": 2, "padding": (0, 1), "dilation": (1, 2)},
    ):  # fmt: skip
        walk = convolve(image, [[1, 2], [3, 4], [5, 6]], **options)
        cases.append(("windowCells", walk))
    for edge in ("drop", "partial"):
        cases.append(("pooledCells", pool(image, (4, 2), stride=(3, 2), edge=edge)))
    page.add_script_tag(content=(SCRIPTS / "geometry.js").read_text())
    for function, walk in cases:
        for step in walk.steps:
            call = f"{function}({json.dumps(axes(walk.rows, walk.columns))}, {step.row}, {step.column})"
            cells = page.evaluate(f"() => {call}.map((t) => [t.row, t.column, t.i, t.j])")
            assert cells == [[t.image_row, t.image_column, t.kernel_row, t.kernel_column] for t in step.terms]


def test_every_frame_is_the_frame_of_its_cell(page):
    walk = convolve([[1] * 4] * 4, [[1, 2], [3, 4]], padding=1)
    pooled = pool(walk.output, 2, edge="partial")
    model = {
        "axes": axes(walk.rows, walk.columns), "kernel": [[[[1, 2], [3, 4]]]],
        "pool": {"axes": axes(pooled.rows, pooled.columns)},
    }  # fmt: skip
    page.add_script_tag(content=(SCRIPTS / "geometry.js").read_text())
    for deep, length in ((False, 25 + 9), (True, 25 * 5 + sum(len(s.terms) + 1 for s in pooled.steps))):
        frames = page.evaluate(
            """([model, deep]) => { const line = timeline(model, deep);
            return Array.from({length: line.length}, (_, f) => { const at = locate(line, f);
                return [f, at.finished ? frameOf(line, at.stage, at.row, at.column) : -1]; }); }""",
            [model, deep],
        )
        assert len(frames) == length
        assert all(frame == found for frame, found in frames if found >= 0)
        assert sum(found >= 0 for _, found in frames) == 25 + 9


def test_an_edited_cell_is_computed_and_in_the_link(page, lab_server):
    picture = Picture(page, lab_server)
    picture.button("First step").click()
    picture.cell("Image", 1, 1).fill("4")
    page.keyboard.press("Enter")
    page.keyboard.type("77")  # in the cell below, while the answer is under way
    expect(picture.equation).to_contain_text("(4 × 2) + (0 × 1) + (2 × 0) + (3 × −1) = 5")
    expect(picture.cell("Image", 2, 1)).to_have_value("77")
    picture.cell("Kernel", 2, 2).fill("1/2")  # leaving the other cell sends it: two edits at once, none is lost
    page.keyboard.press("Enter")
    expect(picture.equation).to_contain_text("(4 × 2) + (0 × 1) + (77 × 0) + (3 × 0.5) = 9.5")
    page.wait_for_url("**image=4_0_1~77_3_4~5_6_7~8_9_10&kernel=2_1~0_0.5*")
    page.reload()
    expect(picture.equation).to_contain_text("= 9.5")  # where it starts: the first window that gives something


def test_a_wrong_cell_is_answered_in_place(page, lab_server):
    picture = Picture(page, lab_server)
    picture.button("First step").click()
    picture.cell("Image", 2, 1).fill("x")
    page.keyboard.press("Enter")
    expect(picture.lab.locator(".problem")).to_contain_text("cell in row 2, column 1 is 'x'; allowed are numbers")
    expect(picture.cell("Image", 2, 1)).to_have_attribute("aria-invalid", "true")
    expect(picture.equation).to_contain_text("= −5")  # computed with the last good number
    picture.cell("Image", 2, 1).fill("0")
    page.keyboard.press("Enter")
    expect(picture.lab.locator(".problem")).to_be_hidden()


def test_what_is_impossible_is_said_where_the_picture_is(page, lab_server):
    picture = Picture(page, lab_server, "?kernel=1_2_3_4~1_2_3_4")
    expect(picture.lab.locator(".problem")).to_contain_text("kernel has 4 columns, but the image has only 3")
    expect(picture.cell("Kernel", 1, 4)).to_be_editable()


def test_pointing_at_a_pixel_shows_the_cells_that_use_it(page, lab_server):
    picture = Picture(page, lab_server)
    before = len(picture.sent)
    picture.cell("Image", 2, 2).hover()
    expect(picture.lab.get_by_role("table", name="Sum").locator(".used")).to_have_count(4)
    assert len(picture.sent) == before


def test_the_handouts_slip_in_the_picture(page, lab_server):
    picture = Picture(page, lab_server)
    page.get_by_role("button", name="Averages 16.5 and 24").click()
    expect(picture.equation).to_contain_text("(8 + 25) / 2 = 16.5")
    expect(picture.equation).to_contain_text("The handout prints 25 here")
    page.get_by_role("button", name="Handout 2: maxima 25 and 28").click()
    expect(picture.equation).to_contain_text("max(8, 25) = 25")
    page.get_by_role("button", name="PyTorch's default: no such row").click()
    expect(picture.lab.get_by_role("table", name="Average-pooled").locator("tr")).to_have_count(2)


def test_a_large_picture_moves_with_the_pointer(page, lab_server):
    picture = Picture(page, lab_server, "?source=china&kernel=sobel_x&padding=1&pooling=none")
    before = len(picture.sent)
    canvas = picture.lab.get_by_role("img", name="Image")
    box = canvas.bounding_box()
    assert box is not None
    canvas.hover(position={"x": box["width"] / 2, "y": box["height"] / 2})
    expect(picture.equation).to_contain_text("row 214, column 32")
    assert len(picture.sent) == before
    assert not picture.errors


def test_an_exercise_from_wrong_to_right(page, lab_server):
    exercise = make_exercise("convolution", "a", 0, 3)
    picture = Picture(page, lab_server, f"?view=Do+it+yourself&exercise={exercise.code}")
    hint = picture.lab.locator(".hint")

    def answer(row: int, column: int, text: str) -> None:
        field = picture.cell("After ReLU", row, column)
        field.fill(text)
        page.keyboard.press("Enter")

    answer(1, 1, "-5")
    expect(hint).to_contain_text("it still has to go through the activation")
    expect(hint).to_contain_text("row 1, column 1")
    expect(picture.equation).to_contain_text("= ?")
    answer(1, 1, "0")
    expect(hint).to_contain_text("Right. The next one?")
    expect(picture.cell("After ReLU", 1, 2)).to_be_focused()
    for text, sentence in (("55", "Not yet"), ("56", "Not yet"), ("57", "Three tries")):
        answer(1, 2, text)
        expect(hint).to_contain_text(sentence)
    expect(hint).to_contain_text("Three tries: here is the cell worked out")
    expect(picture.equation).to_contain_text("= −3")
    for row, column in exercise.blanks[2:]:
        answer(row + 1, column + 1, f"{exercise.right[row, column]:g}")
        expect(picture.map_cell("After ReLU", row + 1, column + 1)).to_contain_text("✓")
    expect(page.get_by_text("Done.")).to_be_visible()
    expect(page.get_by_text("Score: 4 of 6")).to_be_visible()


def test_sizes_stay_as_set_and_undo_nothing(page, lab_server):
    """Set, folded away, and changed by an example: what is folded away sends nothing of its own."""
    picture = Picture(page, lab_server)
    rows = picture.lab.get_by_role("table", name="Image").locator("tr")
    field = page.locator(".st-key-convolution_image_0 input")
    page.get_by_text("Sizes, axes").click()
    field.fill("6")
    field.press("Enter")
    expect(rows).to_have_count(6)
    page.keyboard.press("Escape")
    page.get_by_text("Sizes, axes").click()
    expect(field).to_be_hidden()
    for example, pooled in (("Handout 2: maxima 25 and 28", "= 25"), ("Averages 16.5 and 24", "= 16.5")):
        page.get_by_role("button", name=example).click()
        expect(picture.equation).to_contain_text(pooled)
        expect(rows).to_have_count(6)  # 4 rows and the padding
    page.get_by_text("Sizes, axes").click()
    expect(field).to_have_value("4")
    assert not picture.errors


@pytest.mark.parametrize(
    ("query", "scheme", "size"),
    [
        ("?padding=1&pooling=average", "light", (1280, 800)),
        ("?padding=1&pooling=average", "dark", (390, 844)),
        ("?view=Do+it+yourself&exercise=pooling.b.0.3", "dark", (1280, 800)),
        ("?view=Do+it+yourself&exercise=convolution.2.7.4", "light", (390, 844)),
    ],
)
def test_accessible_and_never_wider_than_the_screen(browser, lab_server, query, scheme, size):
    page = browser.new_page(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
    Picture(page, lab_server, query)
    main = "document.querySelector('[data-testid=stMain]')"
    assert page.evaluate(f"() => {main}.scrollWidth <= {main}.clientWidth + 2")
    violations = Axe().run(page).response["violations"]
    assert [v["id"] for v in violations if v["impact"] in ("serious", "critical")] == []
    page.close()
