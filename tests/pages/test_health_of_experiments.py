"""The health card of an experiment: what stands out in its runs, by their names."""

import html

from core.runs import experiments
from core.runs.health import health


def test_what_stands_out_in_a_race_is_told_by_name(visit, wait_until):
    small = {"n_train": "200", "n_test": "100", "n_epochs": "1", "H": "16", "batch_size": "64"}
    at = visit("6_Optimizers", **small, lr1="0.01", lr2="10.0", o2="SGD", n_contestants="2")
    at.button(key="start_race").click().run()
    race = experiments.open_experiment(at.session_state["race_of_optimizers"])
    wait_until(lambda: race.progress().is_over, "the race is over")
    at.run()
    assert not at.exception
    (card,) = [expander for expander in at.expander if expander.label.startswith("Health")]
    assert "of 2 runs deserve" in card.label
    told = dict(zip([text.value for text in card.markdown], [one.value for one in card.html], strict=True))
    for member in race.read().members:
        ambers = [row for row in health(member) if row.is_amber]
        assert (f"**{member.name}**" in told) == bool(ambers)
        assert all(html.escape(row.sentence) in told[f"**{member.name}**"] for row in ambers)
    assert "**SGD, 0**" in told, "10 is too much for it"
