"""core/history.py: what is read back while it is still being written, after kills, and in any pieces."""

import gc
import json
import weakref

import numpy as np
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from core.runs import history
from core.runs.history import History

SHARED_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def begin(epoch=0, step=0, seconds=0.0):
    return {
        "event": "begin",
        "epoch": epoch,
        "step": step,
        "seconds": seconds,
        "n_steps_per_epoch": 5,
        "n_parameters": 9,
    }


def batches(step, losses, seconds=1.0):
    n = len(losses)
    return {
        "event": "batches",
        "step": step,
        "losses": losses,
        "seconds": seconds,
        "n_correct": n,
        "n_images": 2 * n,
    }


def epoch(number, step=None, seconds=1.0, complete=True):
    return {
        "event": "epoch",
        "epoch": number,
        "step": step or 5 * number,
        "complete": complete,
        "seconds": seconds,
    }


def lines(*events):
    return "".join(json.dumps(event) + "\n" for event in events).encode()


def write(folder, content):
    (folder / history.FILE_NAME).write_bytes(content)


WHOLE = [
    begin(),
    batches(1, [2.5]),
    batches(2, [2.0, 1.5, 1.0, 0.5], 2.0),
    epoch(1, seconds=2.5),
    batches(6, [0.4, 0.3], 3.0),
    {"event": "end", "status": "stopped", "step": 7, "seconds": 3.0},
    epoch(2, step=7, seconds=3.5, complete=False),
]


def check_whole(read):
    assert read.losses == [2.5, 2.0, 1.5, 1.0, 0.5, 0.4, 0.3]
    assert [(e["epoch"], e["step"], e["complete"]) for e in read.epochs] == [(1, 5, True), (2, 7, False)]
    assert (read.n_steps_per_epoch, read.n_parameters, read.step, read.n_sittings) == (5, 9, 7, 1)
    assert (read.seconds, read.n_images) == (3.5, 0)
    assert read.end["status"] == "stopped"


def test_nothing_yet_is_an_empty_history(tmp_path):
    assert history.read(tmp_path) == History()
    assert history.read(tmp_path).seconds_per_step is None
    write(tmp_path, b"")
    assert history.read(tmp_path) == History()


@SHARED_FOLDER
@given(cuts=st.lists(st.integers(0, len(lines(*WHOLE))), max_size=8))
def test_reading_in_any_pieces_gives_the_same(tmp_path_factory, cuts):
    folder, content = tmp_path_factory.mktemp("run"), lines(*WHOLE)
    last_step = 0
    for cut in sorted(cuts):
        write(folder, content[:cut])
        read = history.read(folder)
        assert read.step >= last_step
        last_step = read.step
    write(folder, content)
    check_whole(history.read(folder))


def test_a_line_that_is_still_being_written_waits_for_its_end(tmp_path):
    content = lines(*WHOLE[:3])
    write(tmp_path, content[:-2])
    assert history.read(tmp_path).step == 1
    write(tmp_path, content)
    assert history.read(tmp_path).step == 5


@SHARED_FOLDER
@given(garbage=st.lists(st.binary(max_size=30), max_size=4), where=st.integers(0, len(WHOLE)))
@example(garbage=[b"[]", b"3", b"null", b'"x"'], where=2)
@example(garbage=[b"{}", b'{"event": "begin"}', b'{"event": "batches"}', b'{"event": 7}'], where=4)
@example(garbage=[b"\xff\xfe", b'{"event": "batches", "step": 2, "los'], where=2)
def test_garbage_between_the_lines_is_passed_over(tmp_path_factory, garbage, where):
    folder = tmp_path_factory.mktemp("run")
    write(folder, lines(*WHOLE[:where]) + b"".join(g + b"\n" for g in garbage) + lines(*WHOLE[where:]))
    check_whole(history.read(folder))


def test_a_resumed_run_forgets_what_came_after_its_checkpoint(tmp_path):
    first = [
        begin(),
        batches(1, [9.0] * 5),
        epoch(1),
        batches(6, [8.0] * 5),
        epoch(2),
        batches(11, [7.0] * 2),
    ]
    second = [begin(1, 5, 1.0), batches(6, [6.0] * 3, 4.0)]
    write(tmp_path, lines(*first))
    assert history.read(tmp_path).step == 12
    write(tmp_path, lines(*first, *second))
    read = history.read(tmp_path)
    assert read.losses == [9.0] * 5 + [6.0] * 3
    assert [e["epoch"] for e in read.epochs] == [1]
    assert (read.n_sittings, read.sitting_begin, read.seconds_per_step) == (2, (5, 1.0), 1.0)
    assert (read.n_correct, read.n_images) == (3, 6)


def test_a_resumed_run_forgets_its_end_and_its_cut_epoch(tmp_path):
    write(tmp_path, lines(*WHOLE, begin(1, 5, 2.5)))
    read = history.read(tmp_path)
    assert read.end is None
    assert [e["epoch"] for e in read.epochs] == [1]
    assert read.step == 5


@given(st.lists(st.integers(1, 25), min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_after_any_number_of_kills_each_batch_and_epoch_is_there_once(kills, random):
    """A writer that is killed after so many batches, and goes on from its last checkpoint, to 4 epochs of 5."""
    read, checkpoint = History(), 0
    for sitting, n_batches in enumerate([*kills, 100]):
        read.add(begin(checkpoint, 5 * checkpoint))
        for step in range(5 * checkpoint + 1, min(20, 5 * checkpoint + n_batches) + 1):
            read.add(batches(step, [100.0 * sitting + step]))
            if step % 5 == 0:
                read.add(epoch(step // 5))
                if random.random() < 0.9 or sitting == len(
                    kills
                ):  # or killed before the checkpoint was there
                    checkpoint = step // 5
                else:
                    break
    assert [e["epoch"] for e in read.epochs] == [1, 2, 3, 4]
    assert [loss % 100 for loss in read.losses] == list(range(1, 21))
    assert read.step == 20


def test_a_gap_is_not_closed_up(tmp_path):
    """Losses that can't be placed are not shown in the wrong place."""
    write(tmp_path, lines(begin(), batches(1, [2.0]), batches(3, [1.0]), batches(2, [1.5])))
    assert history.read(tmp_path).losses == [2.0, 1.5]


def test_what_is_not_a_number_is_read(tmp_path):
    write(tmp_path, lines(begin(), batches(1, [float("inf"), float("nan")])))
    assert history.read(tmp_path).losses[0] == np.inf
    assert np.isnan(history.read(tmp_path).losses[1])


def test_another_file_under_the_same_name_is_read_from_its_beginning(tmp_path):
    write(tmp_path, lines(*WHOLE))
    history.read(tmp_path)
    write(tmp_path, lines(begin(), batches(1, [0.7])))
    assert history.read(tmp_path).losses == [0.7]
    (tmp_path / history.FILE_NAME).unlink()
    assert history.read(tmp_path) == History()


def test_readers_share_and_forgotten_ones_start_anew(tmp_path):
    folders = [tmp_path / str(i) for i in range(200)]  # more than are kept
    for i, folder in enumerate(folders):
        folder.mkdir()
        write(folder, lines(begin(), batches(1, [float(i)])))
    assert history.read(folders[0]) is history.read(folders[0])
    for _ in range(2):
        assert [history.read(folder).losses for folder in folders] == [[float(i)] for i in range(200)]


@given(
    n=st.integers(0, 5000),
    n_points=st.integers(10, 400),
    seed=st.integers(0, 2**32 - 1),
    spikes=st.lists(st.tuples(st.integers(0, 4999), st.floats(-1e6, 1e6)), max_size=3),
)
@example(n=301, n_points=300, seed=0, spikes=[(300, 9.0)])
@example(n=999, n_points=300, seed=0, spikes=[(994, 99.0)])
@example(n=999, n_points=300, seed=0, spikes=[(997, -99.0)])
def test_thinning_keeps_the_height_of_the_noise(n, n_points, seed, spikes):
    losses = np.random.default_rng(seed).normal(2, 0.3, n)
    for position, height in spikes:
        if position < n:
            losses[position] = height
    steps, kept = History(losses=losses.tolist()).thinned(n_points)
    assert len(steps) == len(kept) <= n_points + 3
    assert np.array_equal(losses[steps - 1], kept)
    assert (np.diff(steps) > 0).all()
    if n:
        assert (kept.min(), kept.max()) == (losses.min(), losses.max())
        assert steps[-1] == n  # the curve ends where the run is
    if n <= n_points:
        assert len(kept) == n


def test_thinning_a_level_curve_repeats_no_point():
    steps, _ = History(losses=[1.0] * 1000).thinned(100)
    assert len(set(steps)) == len(steps)


def test_histories_that_nobody_reads_any_more_are_let_go(tmp_path):
    """A lab that runs for months opens thousands."""
    folders = [tmp_path / str(i) for i in range(300)]
    for folder in folders:
        folder.mkdir()
        write(folder, lines(*WHOLE))
    read = [weakref.ref(history.read(folder)) for folder in folders]
    gc.collect()
    assert history.read(folders[-1]) is read[-1]()  # shared by all who watch it
    assert sum(reference() is not None for reference in read) < 200
    assert history.read(folders[0]).losses == history.read(folders[-1]).losses
