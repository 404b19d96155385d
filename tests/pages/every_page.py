"""Every page but Room, as tests of what stands on all of them visit it."""

from streamlit.testing.v1 import AppTest

from pages.shared.lessons import LESSONS, Lesson

PAGES = [lesson for lesson in LESSONS if lesson.key != "room"]


def file_of(lesson: Lesson) -> str | None:
    """As the fixture ``visit`` takes it."""
    return None if lesson.key == "home" else lesson.file.removeprefix("pages/").removesuffix(".py")


def keys(at: AppTest) -> set[str | None]:
    """Of the buttons that are drawn."""
    return {each.key for each in at.button}
