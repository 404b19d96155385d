"""Teachers' own votes: what is read, what is said of what is wrong, and that any bytes give votes or one sentence."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.votes.bank import BANK
from core.votes.own import FIELDS, LARGEST, MOST_VOTES, own_vote, read_votes, whose_key, written
from core.votes.vote import LESSONS, VoteError

TOML = """
[[vote]]
lesson = "cnn"
question = "What would you try next?"
options = ["More filters", "More pictures", "Both"]

[[vote]]
lesson = "transfer"
question = "Which is frozen?"
options = ["All but the head", "The head"]
key = 1
why = "The head is new."
"""
ONE = {"lesson": "cnn", "question": "Which?", "options": ["a", "b"], "key": 2}


def told(**changes):
    return json.dumps({"vote": [{k: v for k, v in (ONE | changes).items() if v is not None}]}).encode()


def test_toml_is_read_with_and_without_a_key():
    opinion, keyed = read_votes(TOML.encode())
    assert opinion.is_opinion
    assert [option.text for option in opinion.options] == ["More filters", "More pictures", "Both"]
    assert "no answer is right or wrong" in whose_key(opinion)
    assert keyed.key == 0
    assert keyed.why == "The head is new."
    assert "the lab has not computed it" in whose_key(keyed)
    assert {vote.compute for vote in (opinion, keyed)} == {None}


def test_json_is_read_and_a_byte_order_mark_does_no_harm():
    (vote,) = read_votes(b"\xef\xbb\xbf" + told())
    assert (vote.key, vote.question) == (1, "Which?")


def test_what_was_written_is_read_again():
    votes = read_votes(TOML.encode())
    assert read_votes(written(votes).encode()) == votes
    again = own_vote("transfer", " Which is frozen? ", ["All but the head", "The head"], key=0, why="The head is new.")
    assert again == votes[1]


def test_the_labs_own_votes_can_be_taken_as_a_pattern():
    read = read_votes(written(BANK).encode())
    assert [(v.question, v.key, [o.text for o in v.options]) for v in read] == [
        (v.question, v.key, [o.text for o in v.options]) for v in BANK
    ]
    assert all(v.is_own for v in read)


def test_the_code_follows_from_the_content():
    assert read_votes(told())[0].code == read_votes(told())[0].code
    assert len({read_votes(told(**c))[0].code for c in ({}, {"key": 1}, {"key": None}, {"question": "Who?"})}) == 4


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The text is empty"),
        (b"\n\n\xff", "Line 3 is not UTF-8"),
        (b"x" * (LARGEST + 1), "has 100,001 bytes; allowed are 100,000"),
        (b'{"vote": [\n}', "Line 2 is not valid JSON"),
        (b"[[vote]]\nlesson = cnn\n", "Line 2 is not valid TOML"),
        (b"[vote]\nlesson = 'cnn'\n", "no list of votes"),
        (b"[]", "no list of votes"),
        (b'{"vote": []}', "has 0 votes; allowed are 1 to 50"),
        (b'{"vote": [1], "room": 2}', "stands 'room'; allowed is only vote"),
        (b'{"vote": [1]}', "Vote 1 is no set of fields"),
        (b'{"vote": [{"key": 1, "key": 2}]}', "'key' stands twice"),
        (b"[" * 50_000, "."),
        (b'{"vote": ' + b"[" * 50_000, "nested too deeply"),
        (b'{"vote": ' + b"1" * 50_000 + b"}", "can't be read"),
        (told(lesson=None), "Vote 1 has no lesson"),
        (told(lesson="physics"), "Vote 1, lesson: 'physics' is none"),
        (told(lesson=5), "Vote 1, lesson: it has to be text"),
        (told(compute="os:system"), "Vote 1 has a field 'compute'; allowed are lesson"),
        (told(question=""), "Vote 1: The question is empty"),
        (told(question="a\u0000b"), "can't be printed"),
        (told(question="\ud800"), "can't be printed"),
        (told(options="ab"), "Vote 1, options: they have to be a list"),
        (told(options=["a", 2]), "Vote 1, options: they have to be a list"),
        (told(options=["a"], key=1), "Vote 1: The vote has 1 option"),
        (told(options=["a", "A "]), "Options 1 and 2 are the same"),
        (told(key=0), "Vote 1, key: it is 0; allowed is the number"),
        (told(key=3), "Vote 1, key: it is 3"),
        (told(key=True), "Vote 1, key: it is True"),
        (told(key="b"), "Vote 1, key: it is 'b'"),
        (json.dumps({"vote": [ONE, ONE]}).encode(), "Votes 1 and 2 are the same"),
        (json.dumps({"vote": [ONE] * (MOST_VOTES + 1)}).encode(), "has 51 votes"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_one_sentence(data, sentence):
    with pytest.raises(VoteError, match=sentence) as caught:
        read_votes(data)
    assert_is_a_sentence(str(caught.value))


def assert_is_a_sentence(text):
    assert text[0].isupper()
    assert text.endswith(".")
    assert "\n" not in text
    assert len(text) < 600
    assert text.isprintable()


def votes_or_a_sentence(data):
    try:
        votes = read_votes(data)
    except VoteError as error:
        assert_is_a_sentence(str(error))
        return
    assert votes
    assert all(vote.is_own and vote.lesson in LESSONS for vote in votes)
    assert read_votes(written(votes).encode()) == votes


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(LESSONS),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
nearly = st.fixed_dictionaries(
    {
        "lesson": st.sampled_from(LESSONS) | values,
        "question": st.text(max_size=30) | values,
        "options": st.lists(st.text(max_size=10), max_size=6) | values,
    },
    optional={"key": st.integers(-1, 6) | values, "why": st.text(max_size=10) | values, "other": values},
)


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_give_votes_or_one_sentence(data):
    votes_or_a_sentence(data)


@settings(max_examples=300)
@given(st.lists(nearly, max_size=3))
def test_what_is_nearly_right_gives_votes_or_one_sentence(votes):
    votes_or_a_sentence(json.dumps({"vote": votes}).encode())


@given(st.integers(0, len(TOML)), st.integers(0, len(TOML)), st.text(max_size=5))
def test_a_damaged_file_gives_votes_or_one_sentence(start, end, put):
    votes_or_a_sentence((TOML[:start] + put + TOML[end:]).encode("utf-8", "surrogatepass"))


def test_the_fields_are_those_of_the_example_in_the_docstring():
    import core.votes.own

    assert all(f"{name} =" in (core.votes.own.__doc__ or "") for name in FIELDS)
