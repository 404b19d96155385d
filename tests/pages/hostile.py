"""What somebody may type who means no good, or who has pasted the wrong thing."""

TEXTS = [
    "", " ", "\x00", "a\x00b", "\n", "\u202e", "\ufffd", "💥" * 50, "ﷺ" * 200, "x" * 20_000, "%00", "%2e%2e%2f", "None",
    "null", "[]", "{}", "{0.__class__}", "{self}", "%s%n", "$(touch x)", "`touch x`", "'; DROP TABLE runs; --", "\\",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "](javascript:alert(1))", "**b** :red[x] $x$", "|||",
    "../../../../etc/passwd", "..\\..\\windows", "/etc/passwd", "file:///etc/passwd", "//host/share", "~root", "CON",
    "a" * 24, "a" * 23 + "!", "A" * 24, "shapes10", "Shapes-10", "Shapes-10/../Digits", "own-" + "0" * 64, ",", ",,,",
    "http://[::", "//[",
    "Learn", "Results", "tab", "all", "cat,dog", "cat%2Cdog", "SGD", "Adam", "MLP", "fc3", "conv_layer.0",
]  # fmt: skip
