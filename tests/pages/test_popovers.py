"""No widget with a value stands in a popover.

The widgets of a closed popover are not in the browser, which goes on sending what they were last: so what a link, a
button or an example has set since is undone by the next click. Buttons and text have no value.
"""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ALLOWED = {"markdown", "write", "caption", "button", "text"}


def popovers(tree):
    """The blocks ``with st.popover(...)``, and whether a popover is used in any other way."""
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Attribute) and n.attr == "popover"]
    blocks = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.With) and any("popover(" in ast.unparse(item.context_expr) for item in node.items)
    ]
    return blocks, len(calls)


def test_in_a_popover_stand_only_words_and_buttons():
    seen = 0
    for path in [*ROOT.glob("pages/**/*.py"), ROOT / "app.py"]:
        blocks, n_calls = popovers(ast.parse(path.read_text(encoding="utf-8")))
        assert len(blocks) == n_calls, f"{path}: a popover that is handed on hides what stands in it"
        seen += n_calls
        for block in blocks:
            for statement in block.body:
                for call in (n for n in ast.walk(statement) if isinstance(n, ast.Call)):
                    name = ast.unparse(call.func)
                    if name.startswith("st."):
                        assert name.removeprefix("st.") in ALLOWED, f"{path}: {name} in a popover"
                    else:
                        assert not name.startswith(("_", "controls")), f"{path}: what does {name} draw in a popover?"
    assert seen
