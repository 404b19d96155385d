"""A teacher's own votes, from a small text in TOML or JSON: read, checked, and written back. Nothing in it is run.

In TOML, options and key counted from 1, as people count::

    [[vote]]
    lesson = "cnn"
    question = "What would you try next?"
    options = ["More filters", "More pictures"]
    key = 2                     # left out: an opinion is asked for
    why = "Shown after the reveal."

In JSON it is ``{"vote": [{"lesson": ..., ...}]}``. Texts are shown as they stand: who draws them escapes them.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable
from typing import Any

from core.lab.words import count
from core.votes.vote import LESSONS, Option, Vote, VoteError

LARGEST = 100_000  # bytes
MOST_VOTES = 50
FIELDS = ("lesson", "question", "options", "key", "why")
_NEEDED = ("lesson", "question", "options")
SAYS_WHOSE = "The key is the teacher's; the lab has not computed it."
SAYS_OPINION = "An opinion was asked for: no answer is right or wrong."


def read_votes(data: bytes) -> tuple[Vote, ...]:
    """The votes of a file or of a text field.

    Parameters
    ----------
    data : bytes
        UTF-8, TOML or JSON, at most 100 kB and 50 votes.

    Raises
    ------
    VoteError
        One sentence: what is wrong, in which line, or in which field of which vote (counted from 1).
    """
    if len(data) > LARGEST:
        raise VoteError(f"The text has {len(data):,} bytes; allowed are {LARGEST:,}. Bring the votes in several texts.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise VoteError(f"Line {line} is not UTF-8 text; save the file as UTF-8.") from error
    if not text.strip():
        raise VoteError("The text is empty; write at least one vote.")
    told = _parsed(text)
    if not isinstance(told, dict) or not isinstance(told.get("vote"), list):
        raise VoteError('The text has no list of votes; write [[vote]] before each, or JSON {"vote": [...]}.')
    others = sorted(set(told) - {"vote"})
    if others:
        raise VoteError(f"Beside the votes stands {_short(others[0])}; allowed is only vote.")
    if not 1 <= len(told["vote"]) <= MOST_VOTES:
        raise VoteError(f"The text has {count(len(told['vote']), 'vote')}; allowed are 1 to {MOST_VOTES}.")
    votes = tuple(_vote(number, one) for number, one in enumerate(told["vote"], 1))
    seen: dict[str, int] = {}
    for number, vote in enumerate(votes, 1):
        if vote.code in seen:
            raise VoteError(f"Votes {seen[vote.code]} and {number} are the same; write each once.")
        seen[vote.code] = number
    return votes


def own_vote(lesson: str, question: str, options: Iterable[str], *, key: int | None = None, why: str = "") -> Vote:
    """A teacher's vote from the fields of a page.

    Parameters
    ----------
    lesson : str
        One of ``core.votes.vote.LESSONS``.
    question : str
    options : iterable of str
        Two to five, all different.
    key : int or None
        Index of the right one, from 0; None asks for an opinion.
    why : str
        Shown after the reveal; may be empty.

    Returns
    -------
    Vote
        Named by its content (``"own-..."``), so that the same vote has the same code wherever it is read.

    Raises
    ------
    VoteError
        As ``Vote``.
    """
    texts = [text.strip() for text in options]
    content = json.dumps([lesson, question.strip(), texts, key, why.strip()], ensure_ascii=True)
    code = f"own-{hashlib.sha256(content.encode()).hexdigest()[:12]}"
    return Vote(code, lesson, question.strip(), tuple(map(Option, texts)), key, why.strip())


def written(votes: Iterable[Vote]) -> str:
    """The same votes as JSON, which ``read_votes`` reads; of the lab's own only what is asked, not how it is run."""
    told = [
        {"lesson": vote.lesson, "question": vote.question, "options": [option.text for option in vote.options]}
        | ({} if vote.key is None else {"key": vote.key + 1})
        | ({"why": vote.why} if vote.why else {})
        for vote in votes
    ]
    return json.dumps({"vote": told}, ensure_ascii=False, indent=2) + "\n"


def whose_key(vote: Vote) -> str:
    """What has to be said beside the answer of a teacher's own vote; empty where the lab computes it."""
    if not vote.is_own:
        return ""
    return SAYS_OPINION if vote.is_opinion else SAYS_WHOSE


def _parsed(text: str) -> Any:
    """JSON where it begins as JSON does, else TOML: ``[[vote]]`` is TOML, a list of objects is JSON."""
    is_json = re.match(r"\s*(\{|\[\s*[{\]])", text) is not None
    try:
        return json.loads(text, object_pairs_hook=_once) if is_json else tomllib.loads(text)
    except RecursionError as error:
        raise VoteError("The text is nested too deeply; a vote has a list of options and nothing deeper.") from error
    except json.JSONDecodeError as error:
        raise VoteError(f"Line {error.lineno} is not valid JSON: {_short(error.msg)}.") from error
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"\(at line (\d+)", str(error))
        place = f"Line {where[1]}" if where else "The text's end"
        reason = str(error).partition(" (at ")[0]
        raise VoteError(f"{place} is not valid TOML: {_short(reason)}.") from error
    except VoteError:
        raise
    except ValueError as error:  # such as a number of thousands of digits
        raise VoteError(f"A number or date in the text can't be read: {_short(str(error))}.") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """JSON would silently take the last of two."""
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise VoteError(f"The field {_short(twice)} stands twice in one place; write it once.")
    return made


def _vote(number: int, told: object) -> Vote:
    """One vote, its fields checked; ``number`` counts from 1."""
    if not isinstance(told, dict):
        raise VoteError(f"Vote {number} is no set of fields; it needs {', '.join(_NEEDED)}.")
    for name in told:
        if name not in FIELDS:
            raise VoteError(f"Vote {number} has a field {_short(name)}; allowed are {', '.join(FIELDS)}.")
    for name in _NEEDED:
        if name not in told:
            raise VoteError(f"Vote {number} has no {name}; it needs {', '.join(_NEEDED)}.")
    for name in ("lesson", "question", "why"):
        if not isinstance(told.get(name, ""), str):
            raise VoteError(f"Vote {number}, {name}: it has to be text in quotes, not {_short(told[name])}.")
    if told["lesson"] not in LESSONS:
        raise VoteError(f"Vote {number}, lesson: {_short(told['lesson'])} is none; allowed are {', '.join(LESSONS)}.")
    options, key = told["options"], told.get("key")
    if not isinstance(options, list) or not all(isinstance(text, str) for text in options):
        raise VoteError(f"Vote {number}, options: they have to be a list of texts in quotes.")
    if key is not None and (not isinstance(key, int) or isinstance(key, bool) or not 1 <= key <= len(options)):
        raise VoteError(
            f"Vote {number}, key: it is {_short(key)}; allowed is the number of the right option, from 1 on, or no "
            "key at all for an opinion."
        )
    try:
        return own_vote(
            told["lesson"], told["question"], options, key=None if key is None else key - 1, why=told.get("why", "")
        )
    except VoteError as error:
        raise VoteError(f"Vote {number}: {error}") from error


def _short(value: object) -> str:
    """A foreign value in a sentence: printable, and never long."""
    try:
        told = ascii(value)
    except (RecursionError, ValueError):  # nested deeply, or a number of thousands of digits
        told = f"a {type(value).__name__}"
    return told if len(told) <= 60 else f"{told[:57]}..."
