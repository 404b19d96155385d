"""What people type is shown as it is."""

import re

from hypothesis import example, given
from hypothesis import strategies as st

from pages.shared.words.markdown import plain, quoted

# CommonMark's rule for a backslash, the only one that is needed to read the text back
ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


@given(st.text())
@example("**bold** [link](http://x) <b> $x$ :smile: ~~no~~ # head `code` a|b &lt; \\*")
def test_a_reader_of_markdown_gets_the_text_back(text):
    assert ESCAPE.sub(r"\1", plain(text)) == text


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
