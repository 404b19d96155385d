"""Questions as Moodle XML, which Moodle's question bank imports.

The format is described on MoodleDocs, "Moodle XML format": a ``quiz`` of ``question`` elements, of which one of the
type "category" says where the others go. Texts are HTML; ElementTree escapes them, which a parser reads back as CDATA.
"""

from collections.abc import Iterable
from xml.etree import ElementTree as ET

from core.exercises.question_bank import Question, Table

RIGHT = "Right."
_RETRY_PENALTY = "0.3333333"  # Moodle's own default: of the mark, for each further try


def moodle_xml(questions: Iterable[Question], category: str) -> bytes:
    """A question bank as a file; the same questions give the same bytes.

    Parameters
    ----------
    questions : iterable of Question
    category : str
        Name of the category within "Chalknet" in the course; a slash is doubled, as a single one begins a category
        within it.
    """
    quiz = ET.Element("quiz")
    place = ET.SubElement(quiz, "question", type="category")
    _text(ET.SubElement(place, "category"), f"$course$/top/Chalknet/{category.replace('/', '//')}")
    for question in questions:
        _add(quiz, question)
    ET.indent(quiz)
    written: bytes = ET.tostring(quiz, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _add(quiz: ET.Element, question: Question) -> None:
    element = ET.SubElement(quiz, "question", type=question.form)
    _text(ET.SubElement(element, "name"), question.name)
    shown = "".join(_html_table(table) for table in question.tables) + _html(question.asked)
    _text(ET.SubElement(element, "questiontext", format="html"), shown)
    _text(ET.SubElement(element, "generalfeedback", format="html"), _html(question.solution))
    tags = {"defaultgrade": "1", "penalty": _RETRY_PENALTY, "hidden": "0", "idnumber": question.code}
    if question.form == "multichoice":
        tags |= {"single": "true", "shuffleanswers": "true", "answernumbering": "abc", "showstandardinstruction": "0"}
    for tag, text in tags.items():
        ET.SubElement(element, tag).text = text
    answers = [("100", question.key, RIGHT)]
    answers += [("0", distractor.text, distractor.feedback) for distractor in question.distractors]
    for fraction, text, feedback in answers:
        answer = _answer(element, question, fraction, text, feedback)
        if question.form == "numerical":
            ET.SubElement(answer, "tolerance").text = str(question.tolerance)
    if question.form == "numerical":  # Moodle takes the first answer that fits: "*" is any other number
        ET.SubElement(_answer(element, question, "0", "*", question.otherwise), "tolerance").text = "0"


def _answer(element: ET.Element, question: Question, fraction: str, text: str, feedback: str) -> ET.Element:
    is_number = question.form == "numerical"  # of which the text is no HTML
    answer = ET.SubElement(element, "answer", fraction=fraction, format="moodle_auto_format" if is_number else "html")
    _text(answer, text if is_number else _html(text))
    _text(ET.SubElement(answer, "feedback", format="html"), _html(feedback))
    return answer


def _text(parent: ET.Element, text: str) -> None:
    ET.SubElement(parent, "text").text = text


def _html(text: str) -> str:
    """A paragraph."""
    paragraph = ET.Element("p")
    paragraph.text = text
    return ET.tostring(paragraph, encoding="unicode", method="html")


def _html_table(table: Table) -> str:
    """A table with its title as a caption and borders of its own: Moodle's themes draw none."""
    element = ET.Element("table", border="1", cellpadding="6", style="margin-bottom: 1em")
    ET.SubElement(element, "caption", style="caption-side: top").text = table.title
    if table.header:
        row = ET.SubElement(element, "tr")
        for text in table.header:
            ET.SubElement(row, "th", scope="col").text = text
    for cells in table.rows:
        row = ET.SubElement(element, "tr")
        for text in cells:
            ET.SubElement(row, "td").text = text
    return ET.tostring(element, encoding="unicode", method="html")
