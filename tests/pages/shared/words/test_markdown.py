"""What people type is shown as it is."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pages.shared.words.markdown import MarkdownError, plain, quoted, sentence_of

# CommonMark's rule for a backslash, the only one that is needed to read the text back
ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


@given(st.text())
@example("**bold** [link](http://x) <b> $x$ :smile: ~~no~~ # head `code` a|b &lt; \\*")
@example("- x")
@example("12. x")
def test_a_reader_of_markdown_gets_the_text_back(text):
    """But for word joiners, which nobody sees: no backslash keeps Streamlit from its icons, links and arrows."""
    assert ESCAPE.sub(r"\1", plain(text)).replace("\u2060", "") == text.replace("\u2060", "")


@given(st.text(alphabet="abc xyz.,()!?'\"12").filter(lambda text: "www." not in text))
def test_plain_words_have_no_word_joiners(text):
    assert "\u2060" not in plain(text)


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        (":material/home:", "\\:\u2060material/home\\:"),
        ("www.example.org", "www\u2060.example.org"),
        ("see http://example.org", "see http\\:\u2060//example.org"),
        ("ann@example.org", "ann\u2060@example.org"),
        ("a -> b <- c -- d", "a -\u2060\\> b \\<\u2060- c -\u2060- d"),
        ("a --b c->d", "a --b c-\\>d"),
        ("1. one", "1\\. one"),
        ("2) two", "2\\) two"),
        ("- three\n+ four", "\\- three\n\\+ four"),
        ("1.5 and -1", "1.5 and -1"),
        ("C:/x, 12:30", "C\\:/x, 12\\:30"),
    ],
)
def test_what_no_backslash_stops_is_parted_and_lists_do_not_begin(text, escaped):
    assert plain(text) == escaped


def test_errors_are_text_unless_they_say_that_they_are_markdown():
    assert sentence_of(ValueError("**x**")) == r"\*\*x\*\*"
    assert sentence_of(MarkdownError("**x**")) == "**x**"


@given(st.text(alphabet="\\*_`[]<>#$~:|&a1 \n"))
def test_every_sign_that_speaks_to_markdown_is_escaped(text):
    assert not re.search(r"[*_`\[\]<>#$~:|&\\]", ESCAPE.sub("", plain(text)))


@given(st.text())
@example("`**x**`\n# head")
def test_what_is_quoted_stays_between_its_backticks_and_on_its_line(text):
    told = quoted(text)
    assert told[0] == told[-1] == "`"
    assert "`" not in told[1:-1]
    assert "\n" not in told
