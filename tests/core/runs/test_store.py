"""core/runs.py: ids, owners, statuses after deaths, folders that can't be written, and strangers in the store."""

import json
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core import runs
from core.lab import paths
from core.lab.files import read_json, write_json
from core.runs import NotYoursError, RunNotFoundError, RunStoreError

pytestmark = pytest.mark.usefixtures("home")
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def in_another_process():
    """Runs Python code on the run store in a process of its own that is gone afterwards; returns what it prints."""

    def call(code):
        code = f"from core import runs\nfrom core.specs import RunSpec\n{code}"
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
        )
        return done.stdout.strip()

    return call


def test_a_new_run_is_queued_and_keeps_its_settings(small):
    spec = small(n_epochs=2)
    run = runs.create(spec, page="perceptron", owner="ann")
    again = runs.open_run(run.id)
    assert again.spec == spec
    assert again.status.name == "queued"
    assert not again.status.is_finished
    assert again.meta["page"] == "perceptron"
    assert (again.result, again.probabilities(), again.history().step) == (None, None, 0)
    assert run.folder == paths.runs() / run.id


def test_ids_cannot_be_guessed(new_run):
    ids = [new_run().id for _ in range(30)]
    assert all(re.fullmatch(r"[a-z2-7]{24}", run_id) for run_id in ids)  # 120 bits
    assert len(set(ids)) == 30
    # no position is always the same, as a clock's or a counter's would be
    assert all(len({run_id[i] for run_id in ids}) > 3 for i in range(24))


def test_the_folder_does_not_tell_the_owners_key(new_run):
    run = new_run(owner="0123456789abcdef0123456789abcdef")
    everything = b"".join(path.read_bytes() for path in run.folder.iterdir())
    assert b"0123456789abcdef" not in everything


@given(st.text() | st.from_regex(r"[a-z2-7]{24}\n?", fullmatch=True) | st.none() | st.integers())
@example("../x")
@example("")
@example("a" * 25)
@example("a" * 24 + "\n")
@example("ä" * 24)
@example("a" * 24 + "/..")
@example("." * 24)
@example("A" * 24)
@example("a" * 100_000)
@example("\0" * 24)
def test_a_link_that_names_no_run_is_refused_in_a_sentence(run_id):
    with pytest.raises(RunNotFoundError, match=r"^This (link names no run|run does not exist).*\.$"):
        runs.open_run(run_id)


def test_an_id_cannot_leave_the_store(new_run, home):
    run = new_run()
    (home / "secret").mkdir()
    (home / "secret" / "spec.json").write_text(run.spec.model_dump_json())
    for run_id in ("../secret", f"{run.id}/../../secret", str(home / "secret"), f"./{run.id}", f"{run.id}/"):
        with pytest.raises(RunNotFoundError):
            runs.open_run(run_id)


def test_only_the_owner_stops_and_deletes(new_run):
    run = new_run(owner="ann")
    for stranger in ("bob", "", "ANN", run.meta["owner"]):
        assert not run.belongs_to(stranger)
        with pytest.raises(NotYoursError, match="somebody else's run"):
            run.request_stop(stranger)
        with pytest.raises(NotYoursError):
            run.delete(stranger)
    assert not run.stop_requested
    assert run.belongs_to("ann")
    run.request_stop("ann")
    assert run.stop_requested
    run.delete("ann")
    assert list(paths.runs().iterdir()) == []
    with pytest.raises(RunNotFoundError):
        runs.open_run(run.id)


def test_a_run_without_an_owner_belongs_to_nobody(new_run):
    run = new_run(owner="")
    assert not run.belongs_to("")
    (run.folder / "meta.json").unlink()
    assert not run.belongs_to("ann")
    assert not run.belongs_to("")


def test_what_a_dead_process_queued_is_interrupted(in_another_process):
    run_id = in_another_process("print(runs.create(RunSpec(), page='perceptron', owner='ann').id)")
    run = runs.open_run(run_id)
    assert run.status.name == "interrupted"
    assert run.status.is_finished
    assert "process that trained it is gone" in run.status.sentence
    runs.adopt(run)  # this process now waits for it
    assert run.status.name == "queued"


def test_what_a_dead_process_trained_is_interrupted_unless_somebody_waits_for_it(
    new_run, in_another_process, tmp_path
):
    dead = in_another_process(
        "import json; from core.lab.processes import this_process; print(json.dumps(this_process()))"
    )
    run = new_run()
    for status in ("queued", "running"):
        write_json(run.folder / "status.json", {"status": status, "process": json.loads(dead)})
        write_json(run.folder / "alive.json", json.loads(dead))
        assert run.status.name == status  # the app lives, and its engine starts the run again
        assert not run.is_being_written
    write_json(run.folder / "meta.json", run.meta | {"submitter": json.loads(dead)})
    assert run.status.name == "interrupted"
    for status in ("done", "stopped", "diverged", "failed"):  # what is over stays so
        write_json(run.folder / "status.json", {"status": status, "process": json.loads(dead)})
        assert run.status.name == status


def test_a_training_process_alone_keeps_a_run_alive(new_run):
    """The app may be killed and started again while a cluster elsewhere goes on training."""
    run = new_run()
    writer = subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(run.folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert writer.stdout.readline() == b"ready\n"
        write_json(run.folder / "meta.json", run.meta | {"submitter": None})
        assert run.status.name == "running"
        assert run.is_being_written
    finally:
        writer.kill()
        writer.wait()
        writer.stdin.close()
        writer.stdout.close()
    assert not run.is_being_written
    assert run.status.name == "interrupted"


_WRITER = """
import sys
from pathlib import Path
from core.lab.processes import this_process
from core.lab.files import write_json
from core.runs import Run
run = Run("x", Path(sys.argv[1]))
run.write_status("running")
write_json(run.folder / "alive.json", this_process())
print("ready", flush=True)
sys.stdin.read()
"""


def test_another_process_under_the_same_number_is_not_mistaken_for_the_writer(new_run):
    run = new_run()
    written = run.meta["submitter"]
    write_json(run.folder / "alive.json", written | {"started": 1.0, "since_boot": ""})  # as on macOS and Windows
    assert not run.is_being_written
    if "since_boot" in written:  # Linux
        write_json(run.folder / "alive.json", written | {"since_boot": written["since_boot"] + "1"})
        assert not run.is_being_written


def test_a_writer_on_another_machine_lives_by_its_pulse(new_run):
    run = new_run()
    elsewhere = {"host": "elsewhere", "pid": 1, "started": 1.0}
    write_json(run.folder / "meta.json", run.meta | {"submitter": None})
    write_json(run.folder / "status.json", {"status": "running", "process": elsewhere})
    write_json(run.folder / "alive.json", elsewhere)
    assert run.status.name == "running"
    os.utime(run.folder / "alive.json", (1e9, 1e9))
    assert run.status.name == "interrupted"
    (run.folder / "alive.json").unlink()
    assert run.status.name == "running"  # handed in a moment ago, not begun
    os.utime(run.folder / "status.json", (1e9, 1e9))
    assert run.status.name == "interrupted"


def test_a_status_has_its_usual_sentence_or_its_own(new_run):
    run = new_run()
    for name, usual in runs.SENTENCES.items():
        run.write_status(name)
        assert (run.status.name, run.status.sentence) == (name, usual)
        assert run.status.is_finished == (name not in ("queued", "running"))
    run.write_status("failed", "The disk is full.")
    assert run.status.sentence == "The disk is full."


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "3", '{"status": "asleep"}', '{"status": null}', '{"status": []}', "\xff"]
)
def test_a_damaged_status_is_a_failed_run_and_no_error(new_run, text):
    run = new_run()
    (run.folder / "status.json").write_text(text, encoding="latin-1")
    assert run.status.name == "failed"


@pytest.mark.parametrize("blocked", ["", "runs", "runs/deeper"])
def test_a_folder_that_cannot_be_written_is_a_sentence(small, home, blocked):
    blocker = home / "file"
    blocker.write_text("I am no folder")
    with pytest.raises(RunStoreError, match=r"^The run could not be written to .*: Not a directory\.$"):
        runs.create(small(), page="perceptron", owner="ann", store=blocker / blocked)


def test_a_full_disk_leaves_no_half_run(small, home):
    """A limit on the size of a file stands for the full disk."""
    code = (
        "import resource, sys; from pathlib import Path; from core import runs; from core.specs import RunSpec\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))\n"
        "try: runs.create(RunSpec(), page='p', owner='o')\n"
        "except runs.RunStoreError as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.startswith("The disk is full: ")
    assert list((home / "runs").iterdir()) == []


def test_all_runs_are_listed_newest_first_and_by_page(new_run):
    first, second, third = new_run(), new_run(page="cnn"), new_run()
    for age, run in enumerate([third, second, first]):
        write_json(run.folder / "meta.json", run.meta | {"created": 1000.0 - age})
    assert runs.all_runs() == [third, second, first]
    assert runs.all_runs("perceptron") == [third, first]
    assert runs.all_runs("moon") == []


def test_strangers_in_the_store_are_left_out(new_run):
    good = new_run()
    store = paths.runs()

    def other(name, **files):
        (store / name).mkdir()
        for file, text in files.items():
            (store / name / f"{file}.json").write_text(text, encoding="latin-1")

    spec, meta = good.spec.model_dump_json(), json.dumps(good.meta)
    other("a" * 24)  # empty
    other("b" * 24, spec=spec)
    other("c" * 24, meta=meta)
    other("d" * 24, spec=spec[:20], meta=meta)
    other("e" * 24, spec='{"n_epochs": 0}', meta=meta)
    other("f" * 24, spec=spec, meta=meta[:20])
    other("g" * 24, spec=spec, meta='["perceptron"]')
    other("h" * 24, spec="\xff\xfe", meta=meta)
    other("i" * 24, spec=spec, meta="\xff")
    other(f".new-{'j' * 24}", spec=spec, meta=meta)
    other(f".deleted-{'k' * 24}", spec=spec, meta=meta)
    other("photos", spec=spec, meta=meta)
    (store / ("l" * 24)).write_text("a file")
    assert runs.all_runs() == [good]
    other("m" * 24, spec=spec, meta=json.dumps(good.meta | {"created": "yesterday"}))
    other("n" * 24, spec=spec, meta=json.dumps(good.meta | {"created": None}))
    assert runs.all_runs() == [good]


def test_no_store_is_no_runs(home):
    assert runs.all_runs() == []
    (home / "runs").write_text("a file")
    assert runs.all_runs() == []


def test_a_reader_never_sees_half_a_file(tmp_path):
    path, contents = tmp_path / "status.json", [{"text": letter * 50_000} for letter in "ab"]
    write_json(path, contents[0])
    closing = threading.Event()

    def write():
        while not closing.is_set():
            for content in contents:
                write_json(path, content)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert all(read_json(path) in contents for _ in range(300))
    finally:
        closing.set()
        writer.join()
    assert [p.name for p in tmp_path.iterdir()] == ["status.json"]


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path):
    path = tmp_path / "status.json"
    write_json(path, {"good": 1})
    with pytest.raises(TypeError):
        write_json(path, {"bad": object()})
    assert read_json(path) == {"good": 1}
    assert [p.name for p in tmp_path.iterdir()] == ["status.json"]


@settings(max_examples=50)
@given(st.binary(max_size=40))
def test_reading_json_never_fails(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("json") / "x.json"
    path.write_bytes(content)
    assert isinstance(read_json(path), dict)
