"""Question 6's page: the race, the sweep, the verdict, one step, the landscapes, and what links may ask for."""

import re
from dataclasses import asdict

import pytest
from drawn import drawn

from core.engine.calibration import Calibration, machine
from core.engine.worker import execute
from core.lab.files import write_json
from core.lab.words import decimal
from core.optimizers import race, seed_statistics, sweep
from core.receipts.training_script import optimizer_call
from core.runs import experiments
from core.specs.optimizers import CONTESTANTS
from pages.optimizers.contestants import RATES
from pages.shared.panels.jobs import jobs
from pages.shared.words.markdown import plain

PAGE = "6_Optimizers"
TABS = ("Race", "Each at its best", "Is it real?", "One step", "Landscape", "Loss plane", "Code", "Handout")
SMALL = {"n_train": "200", "n_test": "100", "n_epochs": "1", "H": "16", "batch_size": "64"}


@pytest.fixture
def open_page(visit):
    return lambda **parameters: visit(PAGE, **SMALL | parameters)


@pytest.fixture
def over(wait_until):
    """Waits until the experiment that a page shows has ended; draws the page once more."""

    def wait(at, kind):
        experiment = experiments.open_experiment(at.session_state[f"{kind}_of_optimizers"])
        wait_until(lambda: experiment.progress().is_over, f"the {kind} is over")
        at.run()
        assert not at.exception
        assert not at.error
        return experiment

    return wait


@pytest.fixture
def make(small):
    """Holds an experiment of Ann's in this process, without the page."""

    def call(kind, seeds=(0,), optimizers=race.HANDOUT):
        contestants = race.named(optimizers)
        base = small(n_epochs=1, batch_size=64)
        if kind == sweep.KIND:
            members = sweep.members(base, contestants, [0.001, 0.01, 0.1])
        else:
            members = race.members(base, contestants, seeds)
        made = experiments.create(
            kind, members, settings=race.settings_of(contestants), page="optimizers", owner="ann"
        )
        for run in made.runs:
            execute(str(run.folder))
        return made

    return call


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_has_something_to_say_before_anything_has_run(open_page, texts, tables, tab):
    at = open_page(tab=tab)
    assert not at.exception
    assert not at.error
    assert at.title[0].value == "6. Optimizers"
    assert [t.label for t in at.tabs] == list(TABS)
    said = texts(at)
    if tab == "Landscape":
        assert list(tables(at)[0]["contestant"]) == ["SGD + momentum", "Adam", "RMSprop"]
        assert len(drawn(at)) == 1
    elif tab == "Code":
        assert "'RMSprop': lambda model: torch.optim.RMSprop(model.parameters(), lr=0.01" in at.code[0].value
    else:
        assert {
            "Race": "press **Race**",
            "Each at its best": "Press **Sweep**",
            "Is it real?": "**15** runs",
            "One step": "torch.optim's own",
            "Loss plane": "Press **Draw the plane**",
            "Handout": "0.01 suits SGD with momentum",
        }[tab] in said


def test_the_page_opens_with_the_handouts_race(open_page):
    at = open_page()
    assert [at.selectbox(key=f"o{i}").value for i in (1, 2, 3)] == ["SGD + momentum", "Adam", "RMSprop"]
    assert [at.select_slider(key=f"lr{i}").value for i in (1, 2, 3)] == [0.01] * 3
    at.select_slider(key="lr2").set_value(0.5)
    at.selectbox(key="o3").set_value("AdamW").run()
    assert at.slider(key="wd3").value == 0.01
    at.button(key="usual_rates").click().run()
    assert [at.select_slider(key=f"lr{i}").value for i in (1, 2, 3)] == [0.01, 0.001, 0.001]
    at.button(key="handout_race").click().run()
    assert at.selectbox(key="o3").value == "RMSprop"
    assert [at.select_slider(key=f"lr{i}").value for i in (1, 2, 3)] == [0.01] * 3
    assert not at.exception


def test_a_link_that_asks_for_what_can_not_be_is_told(open_page, texts):
    at = open_page(n_contestants="9", o2="Sophia", lr1="7", schedule="zigzag")
    assert not at.exception
    told = "\n".join(w.value for w in at.warning)
    assert "Contestants in the link is `9`; allowed is a whole number from 2 to 6" in told
    assert "Optimizer 2 in the link is `Sophia`" in told
    assert "Learning rate 1 in the link is `7`" in told
    assert "Learning rate over time in the link is `zigzag`" in told
    at = open_page(experiment="nothing")
    assert "This link names no experiment" in "\n".join(w.value for w in at.warning)


def contestants_of(at):
    """The contestants' lines of the script."""
    assert not at.exception
    assert not at.warning
    return [line.strip() for line in at.code[0].value.splitlines() if ": lambda model: torch.optim." in line]


def test_links_that_are_out_there_say_what_they_said(open_page):
    at = open_page(
        tab="Code", n_contestants="6", o1="RMSprop", al1="0.9", rm1="0.5", o2="AdamW", b1_2="0.5", b2_2="0.99",
        wd2="0.2", o3="Nesterov", m3="0.5", o4="SGD", lr4="10", o5="Adam", b1_5="0", o6="SGD + momentum", m6="0.37",
        lr6="0.00001",
    )  # fmt: skip
    call = "lambda model: torch.optim."
    assert contestants_of(at) == [
        f"'RMSprop': {call}RMSprop(model.parameters(), lr=0.01, alpha=0.9, momentum=0.5),",
        f"'AdamW': {call}AdamW(model.parameters(), lr=0.01, betas=(0.5, 0.99), weight_decay=0.2, fused=True),",
        f"'Nesterov': {call}SGD(model.parameters(), lr=0.01, momentum=0.5, nesterov=True, fused=True),",
        f"'SGD': {call}SGD(model.parameters(), lr=10.0, momentum=0.0, fused=True),",
        f"'Adam': {call}Adam(model.parameters(), lr=0.01, betas=(0.0, 0.999), fused=True),",
        f"'SGD + momentum': {call}SGD(model.parameters(), lr=1e-05, momentum=0.37, fused=True),",
    ]


@pytest.mark.parametrize("title", CONTESTANTS)
def test_a_link_sets_all_that_a_contestant_has(open_page, title):
    record, variant = CONTESTANTS[title]
    assert record.usual_rate in RATES
    link, settings = {"o1": title, "lr1": "0.5"}, dict(variant.fixed)
    for name, coefficient in record.coefficients().items():
        if coefficient.key and name not in settings:
            settings[name] = coefficient.marks[1] if coefficient.marks else coefficient.high
            link[f"{coefficient.key}1"] = decimal(settings[name])
    at = open_page(tab="Code", n_contestants="2", **link)
    spec = record(learning_rate=0.5, **settings)
    assert contestants_of(at)[0].endswith(f": lambda model: {optimizer_call(spec, '0.5', {})},")
    at.button(key="usual_rates").click().run()
    assert at.select_slider(key="lr1").value == record.usual_rate


def test_a_race_runs_and_proves_that_it_is_fair(open_page, over, texts, tables, visit):
    at = open_page(o2="Adagrad", n_contestants="4", schedule="cosine")
    at.button(key="start_race").click().run()
    experiment = over(at, race.KIND)
    assert [m.labels["contestant"] for m in experiment.members] == ["SGD + momentum", "Adagrad", "RMSprop", "SGD"]
    assert {run.status.name for run in experiment.runs} == {"done"}
    assert {run.spec.schedule.kind for run in experiment.runs} == {"cosine"}
    proof = next(table for table in tables(at) if "first batch: pictures number" in table)
    assert proof["initial weights (SHA-256)"].nunique() == 1
    assert proof["loss of the first batch"].tolist() == [repr(experiment.runs[0].history().losses[0])] * 4
    assert "to the bit" in texts(at)
    code = open_page(tab="Code", experiment=experiment.id).code[0].value
    assert "'Adagrad': lambda model" in code
    assert "scheduler.step()" in code
    other = visit(PAGE, person="bob", experiment=experiment.id)
    assert "Somebody else's experiment, for watching." in texts(other)
    assert not other.exception


def test_a_double_click_starts_one_race_and_stop_keeps_what_there_is(open_page, over):
    at = open_page(n_epochs="50", n_train="2000")
    at.button(key="start_race").click().run()
    first = at.session_state["race_of_optimizers"]
    at.button(key="start_race").click().run()
    assert at.session_state["race_of_optimizers"] == first
    at.button(key="stop_race").click().run()
    experiment = over(at, race.KIND)
    assert {run.status.name for run in experiment.runs} == {"stopped"}


def test_the_sweeps_best_goes_into_the_race_and_into_the_handout(open_page, over, texts):
    at = open_page(tab="Each at its best", sweep_low="0.001", sweep_high="0.1", n_contestants="2")
    assert "**14** runs" in texts(at)
    at.button(key="start_sweep").click().run()
    experiment = over(at, sweep.KIND)
    best = sweep.best(sweep.points(experiment.read()))
    assert set(best) == {"SGD + momentum", "Adam"}
    at.button(key="take_best").click().run()
    assert at.session_state["tab"] == "Race"
    assert at.select_slider(key="lr1").value == best["SGD + momentum"]
    assert at.select_slider(key="lr2").value == best["Adam"]
    said = texts(open_page(tab="Handout", experiment=experiment.id))
    assert re.search(r"\*\*Adam\*\*: best [\d.]+ \(loss [\d.]+\); with 0.01 [\d.]+", said)
    assert open_page(experiment=experiment.id).session_state["tab"] == "Each at its best"


def test_how_far_a_sweep_goes_hangs_on_who_is_in_it_until_somebody_says(open_page):
    at = open_page(tab="Each at its best")
    assert at.select_slider(key="sweep_high").value == 1.0
    at.selectbox(key="o2").set_value("Adadelta").run()
    assert at.select_slider(key="sweep_high").value == 10.0
    at.select_slider(key="sweep_high").set_value(2.0).run()
    at.selectbox(key="o2").set_value("NAdam").run()
    assert at.select_slider(key="sweep_high").value == 2.0
    assert not at.exception
    assert open_page(tab="Each at its best", o1="Adadelta").select_slider(key="sweep_high").value == 10.0
    linked = open_page(tab="Each at its best", o1="Adadelta", sweep_high="1")
    assert linked.select_slider(key="sweep_high").value == 1.0


def test_a_race_of_nadam_and_adadelta(open_page, over, tables):
    at = open_page(n_contestants="2", o1="NAdam", lr1="0.002", md1="0.05", o2="Adadelta", lr2="1", rho2="0.95")
    at.button(key="start_race").click().run()
    experiment = over(at, race.KIND)
    assert {run.status.name for run in experiment.runs} == {"done"}
    proof = next(table for table in tables(at) if "settings" in table)
    assert proof["settings"].tolist() == [
        "NAdam, learning rate 0.002, momentum decay 0.05", "Adadelta, learning rate 1, rho 0.95",
    ]  # fmt: skip


def test_too_narrow_a_sweep_is_one_sentence(open_page):
    at = open_page(tab="Each at its best", sweep_low="1", sweep_high="0.1")
    assert "there are 0 learning rates; a sweep needs 3 at least" in at.warning[0].value


def test_the_verdict_is_that_of_the_results(open_page, make, texts):
    experiment = make(race.SEEDS_KIND, seeds=(0, 1, 2))
    at = open_page(tab="Is it real?", experiment=experiment.id)
    assert not at.exception
    said = texts(at)
    rows = race.paired(race.scores(experiment.read()))
    for comparison in seed_statistics.compare_all(rows, resolution=0.01):
        assert plain(seed_statistics.verdict(comparison)) in said
    assert "Test accuracy at the end, 3 seeds" in said
    assert "The 3 intervals hold together with 95 %" in said


def test_six_contestants_and_twenty_seeds_say_how_long_they_take(open_page, texts, home):
    known = Calibration(machine(), (1e-3, 0, 0), 0, 1e-3, 0, 1.0, ())  # 4 steps an epoch of 1 ms each
    write_json(home / "calibration.json", asdict(known))
    said = texts(open_page(tab="Is it real?", n_contestants="6", n_seeds="20"))
    # A quarter of a second around each run; their half second of work may be longer on a machine that is busy
    seconds = re.search(r"\*\*120\*\* runs · takes about \*\*(\d+) s\*\* here", said)
    assert 15 <= int(seconds.group(1)) <= 40


def test_the_microscope_shows_its_number_and_torchs(open_page, texts):
    def numbers(at):
        assert not at.exception
        ours, torchs, _ = (m.value.replace("\u2212", "-") for m in at.metric)
        assert float(ours) == pytest.approx(float(torchs), abs=1e-6)
        return ours

    at = open_page(tab="One step", n_epochs="20")
    first = numbers(at)
    at.slider(key="micro_step").set_value(7).run()
    assert numbers(at) != first
    at.segmented_control(key="whose").set_value("Adam").run()
    assert any(r"\hat v_t" in m.value for m in at.markdown)
    before = numbers(at)
    at.select_slider(key="b1_2").set_value(0.5).run()
    assert numbers(at) != before
    at.number_input(key="weight_of_linear1").set_value(5).run()
    assert "weight **5: from input 5 to unit 1**" in texts(at)
    numbers(at)


def test_the_microscope_looks_into_a_convolution(open_page, texts):
    at = open_page(tab="One step", network="CNN", channels1="4", channels2="4", n_train="100")
    assert not at.exception
    assert "of `conv_layer.0`" in texts(at)
    assert "filter" in texts(at)


def test_the_landscapes_start_is_where_it_was_clicked(open_page, tables):
    at = open_page(tab="Landscape", surface="Himmelblau", times="0.1")
    assert not at.exception
    before = tables(at)[0]["ends at"].tolist()
    at.number_input(key="start_himmelblau_x").set_value(4.0).run()
    assert tables(at)[0]["ends at"].tolist() != before
    assert not at.exception


def test_the_landscapes_rates_are_the_surfaces_until_somebody_sets_one(open_page, tables):
    at = open_page(tab="Landscape", surface="Beale")
    told = lambda: tables(at)[0]["learning rate"].tolist()  # noqa: E731
    assert told() == ["0.002", "0.1", "0.05"]
    at.select_slider(key="rate_times").set_value(2.0).run()
    assert told() == ["0.004", "0.2", "0.1"]
    at.select_slider(key="lr2").set_value(0.5).run()  # now the contestants' own count
    assert told() == ["0.02", "1", "0.02"]
    at.segmented_control(key="rates").set_value("suited to the surface").run()
    assert told() == ["0.004", "0.2", "0.1"]
    assert not at.exception


@pytest.mark.parametrize(
    ("link", "rates"),
    [({"lr1": "0.05"}, ["0.05", "0.01", "0.01"]), ({"times": "0.1"}, ["0.001", "0.001", "0.001"]),
     ({"lr1": "0.05", "rates": "suited to the surface"}, ["0.002", "0.1", "0.05"])],
)  # fmt: skip
def test_a_linked_rate_of_a_landscape_is_kept(open_page, tables, link, rates):
    at = open_page(tab="Landscape", surface="Beale", **link)
    assert tables(at)[0]["learning rate"].tolist() == rates
    assert not at.warning


def test_a_wrong_factor_of_an_old_link_is_complained_about(open_page, tables):
    at = open_page(tab="Landscape", surface="Beale", times="7")
    assert "allowed is one of 0.01, 0.02" in at.warning[0].value
    assert tables(at)[0]["learning rate"].tolist() == ["0.002", "0.1", "0.05"]


@pytest.mark.parametrize("title", ["Quadratic bowl", "Rosenbrock", "Beale", "Saddle", "Noisy valley"])
def test_every_surface_is_drawn(open_page, tables, title):
    at = open_page(tab="Landscape", surface=title, n_contestants="6")
    assert not at.exception
    assert len(tables(at)[0]) == 6


def test_the_loss_plane_says_how_much_it_holds(open_page, texts, tables, wait_until):
    at = open_page(tab="Loss plane")
    at.button(key="draw_plane").click().run()
    job = jobs().of("loss_plane", "ann")
    wait_until(lambda: job.state != "running", "the plane is drawn")
    at.run()
    assert not at.exception
    assert job.state == "done", job.error
    share = sum(job.result[1].shares)
    assert f"This plane holds {share:.1%} of the variance of the paths" in texts(at)
    assert tables(at)[0]["contestant"].tolist() == job.result[1].names


def test_the_loss_plane_can_be_stopped_and_is_for_the_perceptron(open_page, texts, wait_until):
    assert "for the perceptron of Question 1" in texts(open_page(tab="Loss plane", network="CNN"))
    at = open_page(tab="Loss plane", n_train="2000", n_epochs="50")
    at.button(key="draw_plane").click().run()
    at.button(key="cancel_loss_plane").click().run()
    job = jobs().of("loss_plane", "ann")
    wait_until(lambda: job.state != "running", "the plane is stopped")
    at.run()
    assert "Stopped; there is no loss plane." in texts(at)


def test_what_another_experiment_has_stopped_says_so_and_can_be_run_to_its_end(open_page, over, make, texts):
    made = make(race.SEEDS_KIND, seeds=(0, 1, 2))
    for run in made.runs[4:]:  # as the engine leaves them when another experiment takes their place
        run.write_status("stopped", "Stopped before it began: another experiment took its place.")
    at = open_page(tab="Is it real?", experiment=made.id)
    assert not at.exception
    said = texts(at)
    assert "**4 of 9** runs came to their end" in said
    assert "waiting" not in said
    assert "Only 1 of 3 seeds" in said
    assert at.button(key="resume_seeds").label == "Run the missing ones (5)"
    at.button(key="resume_seeds").click().run()
    over(at, race.SEEDS_KIND)
    assert {run.status.name for run in made.runs} == {"done"}
    said = texts(at)
    assert "Test accuracy at the end, 3 seeds" in said
    assert "came to their end" not in said
    assert not [button for button in at.button if button.key == "resume_seeds"]


def test_what_a_race_would_stop_is_said_beside_its_button(open_page, visit, over, texts):
    """A sweep that still waits, of the same person: told on the Race before it is started, and to nobody else."""
    at = open_page(tab="Each at its best", n_train="2000", sweep_epochs="5", sweep_low="0.001", sweep_high="0.1")
    at.button(key="start_sweep").click().run()
    sweeping = experiments.open_experiment(at.session_state["sweep_of_optimizers"])
    said = texts(open_page())
    assert re.search(r"\*\*Race\*\* stops what still waits of your other experiments: \d+ runs on 6 Optimizers", said)
    assert "stops what still waits" not in texts(visit(PAGE, person="bob", **SMALL))
    assert "**Sweep** stops this experiment" in texts(at.run())
    at.button(key="stop_sweep").click().run()
    over(at, sweep.KIND)
    assert "Stopped: " in at.get("progress")[0].proto.text
    points = sweep.points(sweeping.read())
    assert "stopped" in {point.state for point in points}
    assert "waiting" not in {point.state for point in points}


def test_one_step_shows_that_rmsprop_begins_with_ten_rates(open_page, texts, tables):
    at = open_page(tab="One step")
    assert not at.exception
    table = next(table for table in tables(at) if "update / rate" in table)
    first = {row["contestant"]: float(row["update / rate"].replace("\u2212", "-")) for _, row in table.iterrows()}
    assert abs(first["RMSprop"]) == pytest.approx(10, rel=1e-3)
    assert abs(first["Adam"]) == pytest.approx(1, rel=1e-3)
    assert "**The first step.** RMSprop" in texts(at)
    assert "RMSprop's by **10 times the rate**" in texts(open_page(tab="Handout"))
