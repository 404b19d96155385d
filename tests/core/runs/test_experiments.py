"""core/experiments: groups of runs, from the folder to the link, and what becomes of them when things go wrong."""

import json

import pytest

from core import runs
from core.engine.worker import execute
from core.lab import paths
from core.runs import RunStoreError, experiments
from core.runs.experiments import ExperimentError
from core.runs.recorder import RunRecorder
from core.specs import CNNSpec
from core.training import checkpoints

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
def make(small):
    """Makes an experiment of so many small runs, Ann's by default."""

    def call(n=3, owner="ann", kind="race", labels=None, **changes):
        members = [({"seed": i} | (labels or {}), small(random_state=i, **changes)) for i in range(n)]
        return experiments.create(kind, members, settings={"n": n}, page="optimizers", owner=owner)

    return call


def test_it_comes_back_as_it_was_made(make):
    made = make()
    opened = experiments.open_experiment(made.id)
    assert opened == made
    assert (opened.kind, opened.page, opened.settings) == ("race", "optimizers", {"n": 3})
    assert [m.labels for m in opened.members] == [{"seed": 0}, {"seed": 1}, {"seed": 2}]
    assert [m.run.spec.random_state for m in opened.members] == [0, 1, 2]
    assert {run.meta["experiment"] for run in opened.runs} == {made.id}
    assert opened.belongs_to("ann")
    assert not opened.belongs_to("bob")
    assert not opened.belongs_to("")


def test_progress_follows_the_runs(make):
    experiment = make()
    first, second, third = experiment.runs
    before = experiment.progress()
    assert (before.n, before.n_finished, before.share, before.seconds_left) == (3, 0, 0, None)
    assert execute(str(first.folder)) == "done"
    now = experiment.progress()
    assert (now.n_finished, now.n_done, now.is_over) == (1, 1, False)
    assert now.share == pytest.approx(1 / 3)
    assert now.seconds_left == pytest.approx(2 * first.history().seconds)
    second.write_status("failed", "The pictures are gone.")
    third.delete("ann")
    over = experiment.progress()
    assert (over.n, over.n_finished, over.n_done, over.is_over) == (2, 2, 1, True)
    assert experiment.members[2].run is None


def test_light_runs_keep_what_they_did_and_no_weights(make):
    light, heavy = make(n=1).runs[0], make(n=1, labels={"keep_weights": True}).runs[0]
    for run in (light, heavy):
        assert execute(str(run.folder)) == "done"
    assert {path.name for path in heavy.folder.iterdir()} >= {"model.pt", "checkpoint.pt"}
    assert not list(light.folder.glob("*.pt"))
    assert light.result["test_accuracy"] == heavy.result["test_accuracy"]
    assert light.history().losses == heavy.history().losses
    assert light.probabilities().shape == (100, 10)


def test_a_light_network_to_rewind_keeps_no_epochs(make):
    run = make(n=1, model=CNNSpec(channels1=2, channels2=2), n_epochs=1, data={"n_train": 20, "n_test": 10}).runs[0]
    assert execute(str(run.folder)) == "done"
    assert not (run.folder / "epochs").exists()


def test_a_light_run_goes_on_from_its_checkpoint(make, monkeypatch):
    """A worker that is killed between two epochs: its successor has what it needs."""
    run = make(n=1).runs[0]
    save = checkpoints.save

    def killed(content, path):
        save(content, path)
        if content["epoch"] == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(checkpoints, "save", killed)
        with pytest.raises(KeyboardInterrupt):
            execute(str(run.folder))
    assert (run.folder / "checkpoint.pt").exists()
    assert execute(str(run.folder)) == "done"
    assert run.history().n_sittings == 2
    assert not (run.folder / "checkpoint.pt").exists()


@pytest.mark.parametrize("wrong", ["", "short", "../../etc/passwd", "a" * 25, "A" * 24, None, 7])
def test_a_link_that_is_none_gets_a_sentence(wrong):
    with pytest.raises(ExperimentError, match="names no experiment"):
        experiments.open_experiment(wrong)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"kind": "race"}', '{"members": 3}'])
def test_a_torn_file_is_no_experiment(content):
    folder = paths.home() / "experiments" / ("a" * 24)
    folder.mkdir(parents=True)
    (folder / "experiment.json").write_text(content)
    with pytest.raises(ExperimentError, match="does not exist here"):
        experiments.open_experiment("a" * 24)


def test_a_member_that_is_no_run_id_names_no_folder(make):
    made = make(n=1)
    path = paths.home() / "experiments" / made.id / "experiment.json"
    content = json.loads(path.read_text())
    content["members"].append(["../../somewhere", {}])
    path.write_text(json.dumps(content))
    assert [m.run_id for m in experiments.open_experiment(made.id).members] == [made.runs[0].id]


@pytest.mark.parametrize("n", [0, experiments.MAX_MEMBERS + 1])
def test_too_many_and_none_get_a_sentence(make, n):
    with pytest.raises(ExperimentError, match=f"has {n} runs; allowed are 1 to"):
        make(n=n)
    assert not paths.runs().exists() or not list(paths.runs().iterdir())


def test_nothing_is_left_where_the_disk_does_not_take_it(make):
    (paths.home() / "experiments").write_text("a file where the folder should be")
    with pytest.raises(RunStoreError):
        make()
    assert runs.all_runs() == []


def test_the_latest_is_that_of_the_person_and_of_the_kind(make):
    assert experiments.latest("race", "ann", page="optimizers") is None
    first = make()
    second = make()
    make(owner="bob")
    make(kind="sweep")
    (paths.home() / "experiments" / "something else").mkdir()
    assert experiments.latest("race", "ann", page="optimizers") == second
    assert experiments.latest("race", "ann", page="another") is None
    for run in second.runs:
        run.delete("ann")
    assert experiments.latest("race", "ann", page="optimizers") == first


def test_what_was_cut_short_is_missing_and_does_not_count_as_done(make):
    experiment = make()
    first, second, third = experiment.runs
    assert execute(str(first.folder)) == "done"
    second.write_status("stopped", "Stopped before it began: another experiment took its place.")
    third.write_status("interrupted")
    now = experiment.read()
    assert [member.run.id for member in now.missing] == [second.id, third.id]
    assert (now.progress.is_over, now.progress.n_done, now.progress.n_stopped) == (True, 1, 1)
    assert now.progress.share == pytest.approx(1 / 3)


def test_a_run_that_diverged_is_at_its_end(make):
    experiment = make(n=2)
    first, second = experiment.runs
    first.write_status("diverged")
    assert execute(str(second.folder)) == "done"
    now = experiment.read()
    assert now.missing == []
    assert now.progress.share == 1


def test_what_is_still_judged_is_not_run_again(make):
    """A stopped run has its folder open until its test pictures are judged: nobody else may train in it."""
    (run,) = make(n=1).runs
    with RunRecorder(run):
        run.write_status("stopped")
        assert experiments.open_experiment(run.meta["experiment"]).read().missing == []
    assert len(experiments.open_experiment(run.meta["experiment"]).read().missing) == 1


def test_the_missing_ones_have_the_losses_that_they_would_have_had(make):
    whole, cut = make(n=1).runs[0], make(n=1).runs[0]
    assert execute(str(whole.folder)) == "done"
    cut.write_status("stopped", "Stopped before it began.")
    (missing,) = experiments.open_experiment(cut.meta["experiment"]).read().missing
    runs.adopt(missing.run)
    assert execute(str(cut.folder)) == "done"
    assert cut.history().losses == whole.history().losses


def test_a_member_is_named_by_its_labels_and_repeats_are_counted_from_1(make):
    experiment = make(n=1, labels={"strategy": "fine-tune all", "per_class": 5, "repeat": 0, "keep_weights": True})
    assert [member.name for member in experiment.read().members] == ["0, fine-tune all, 5, repeat 1"]
