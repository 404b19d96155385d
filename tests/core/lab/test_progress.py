"""core/lab/progress.py against a plain count, whatever is answered, and with damaged files."""

from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.lab import progress

ANSWERS = st.lists(
    st.tuples(
        st.sampled_from(["ann", "ben"]), st.sampled_from(["shapes", "loop"]), st.sampled_from("abc"), st.booleans(),
        st.sampled_from(["", "padding_forgotten", "é\n\"\\"]),
    ),
    max_size=20,
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answers=ANSWERS)
def test_what_was_answered_is_what_is_read(answers, tmp_path_factory, monkeypatch):
    monkeypatch.setenv("CHALKNET_HOME", str(tmp_path_factory.mktemp("home")))
    for owner, family, task, is_right, mistake in answers:
        progress.note(owner, family, task, is_right=is_right, mistake=mistake)
    for person in ("ann", "ben"):
        read = progress.read(person)
        mine = [answer[1:] for answer in answers if answer[0] == person]
        assert set(read) == {family for family, *_ in mine}
        for family, known in read.items():
            of_it = [answer[1:] for answer in mine if answer[0] == family]
            assert known.n_answers == len(of_it)
            assert known.tried == {task for task, *_ in of_it}
            assert known.solved == {task for task, is_right, _ in of_it if is_right}
            assert known.met == Counter(mistake for *_, mistake in of_it if mistake)


def test_of_nobody_nothing_is_kept(home):
    progress.note("", "shapes", "a", is_right=True)
    assert progress.read("") == {}
    assert not (home / "progress").exists()


def test_a_cut_line_costs_one_answer(home):
    for task in "ab":
        progress.note("ann", "shapes", task, is_right=True)
    (file,) = (home / "progress").iterdir()
    file.write_bytes(b"\n[1, 2]\n\xff\xfe" + file.read_bytes()[:-12])
    progress.note("ann", "shapes", "c", is_right=False)
    assert progress.read("ann")["shapes"].tried == {"a", "c"}


def test_a_file_of_endless_answers_is_shortened_and_forgets_no_solved_task(home, monkeypatch):
    monkeypatch.setattr(progress, "_MOST_BYTES", 2_000)
    for number in range(100):
        progress.note("ann", "shapes", f"task {number % 7}", is_right=number < 3)
    (file,) = (home / "progress").iterdir()
    assert file.stat().st_size < 2_500
    known = progress.read("ann")["shapes"]
    assert known.solved == {"task 0", "task 1", "task 2"}
