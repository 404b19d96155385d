"""Questions as plain CSV: one wrong answer a line, so that a spreadsheet can sort, filter and count them.

All texts are the lab's own and begin with letters; a line that begins with a minus sign is a number and stays one.
"""

import csv
import io
from collections.abc import Iterable

from core.exercises.question_bank import Question, Table

COLUMNS = ("code", "name", "form", "given", "question", "key", "distractor", "mistakes", "feedback", "solution")


def bank_csv(questions: Iterable[Question]) -> str:
    """A question bank as CSV, with a header; the same questions give the same text.

    In ``given`` a table is its title and a colon, its cells apart by "," and its rows by ";"; tables are apart by "|".
    ``mistakes`` has the names of all that give the distractor, apart by spaces.
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for question in questions:
        given = " | ".join(_flat(table) for table in question.tables)
        asked = (question.code, question.name, question.form, given, question.asked, question.key)
        for distractor in question.distractors:
            told = (distractor.text, " ".join(distractor.mistakes), distractor.feedback, question.solution)
            writer.writerow([*asked, *told])
    return file.getvalue()


def _flat(table: Table) -> str:
    rows = [table.header, *table.rows] if table.header else table.rows
    return f"{table.title}: " + "; ".join(", ".join(row) for row in rows)
