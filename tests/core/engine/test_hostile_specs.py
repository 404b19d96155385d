"""40 files of settings that no run can have, given to ``python -m core.training``: a sentence each, and no run.

By hand all of them, ``CHALKNET_FUZZ=all``.
"""

import json
import random

import pytest

from core.engine.headless import main
from core.specs import RunSpec
from core.specs.folds import FoldSpec
from core.specs.transfer import TransferSpec
from tests.outside import how_many, tree, watched

N = how_many(40, sample=20)
VALUES = [
    None, True, -1, 0, 1e308, -1e400, float("nan"), float("inf"), 10**400, "", "x" * 10_000, "\x00",
    "../../etc/passwd", "__import__('os').system('touch x')", [], [[]], {}, {"kind": "evil"}, {"kind": ["mlp"]},
    {"__class__": "x"}, [1] * 9999, "os:system", "core.engine.headless:main", "²", "\ud800",
]  # fmt: skip


def changed(rng):
    """A spec with one value, somewhere, that is none."""
    spec = json.loads(rng.choice([RunSpec, FoldSpec, TransferSpec])().model_dump_json())
    place = spec
    while True:
        name = rng.choice(sorted(place))
        if isinstance(place[name], dict) and rng.random() < 0.7 and place[name]:
            place = place[name]
            continue
        place[name] = rng.choice([v for v in VALUES if v not in (None, True, 0, [], {})])
        break
    return json.dumps(spec).encode()


def unknown(rng):
    """Names that are no settings, kinds and tasks that are none."""
    spec = {
        rng.choice(["x", "__class__", "task", "model", "data", "optimizer", "\x00", "a" * 9999]): rng.choice(VALUES[8:])
    }
    return json.dumps(spec).encode()


def no_spec(rng):
    """JSON that is no spec, or no JSON."""
    return rng.choice(
        [
            b"[" * 100_000, b'{"a":' * 50_000, b"null", b"7", b'"text"', b"[]", b"{", b"\xff\xfe{}", b"\0" * 99, b"",
            b'{"n_epochs": ' + b"9" * 10_000 + b"}", b"{}{}", b"NaN", rng.randbytes(200),
        ]
    )  # fmt: skip


KINDS = (changed, unknown, changed, no_spec)


@pytest.mark.usefixtures("home")
def test_no_spec_gets_anything_but_a_sentence(tmp_path, home, capsys):
    wrong = []
    for number in range(N):
        rng = random.Random(number)
        kind = KINDS[number % len(KINDS)]
        file = tmp_path / "spec.json"
        file.write_bytes(kind(rng))
        before = tree(tmp_path)
        with watched(tmp_path, home) as strange:
            try:
                status = main([str(file), "--runs", str(tmp_path / "runs")])
            except Exception as error:
                wrong.append(f"{number} {file.read_bytes()[:200]!r}: {type(error).__name__}: {str(error)[:200]}")
                continue
        said = capsys.readouterr()
        if status != 1 or said.out or not said.err.strip() or len(said.err) > 3000 or "Traceback" in said.err:
            wrong.append(f"{number} {file.read_bytes()[:200]!r}: {status}, {said.err[:300]!r}")
        wrong += [f"{number}: {what}" for what in strange]
        if tree(tmp_path) != before:
            wrong.append(f"{number} {file.read_bytes()[:200]!r} made a run")
    assert not wrong, "\n".join(wrong)
