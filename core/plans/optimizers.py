"""Plans for Question 6: a race, one step in numbers, each optimizer at its best, and whether it is luck."""

from core.optimizers import race, sweep
from core.plans import figures
from core.plans.clock import by_the_clock
from core.plans.plan import Chosen, Figure, Needs, Plan, Shows, Step
from core.specs import RunSpec

LESSON = "optimizers"
_N_SEEDS = 5

_CLOCKS = {
    50: {"race": 9, "step": 11, "landscape": 8, "best": 11, "luck": 8, "close": 3},
    75: {"race": 10, "step": 13, "momentum": 7, "landscape": 10, "best": 13, "luck": 11, "decay": 8, "close": 3},
}


def plan(minutes: int, chosen: Chosen) -> Plan:
    """That of 50 or of 75 minutes."""
    return by_the_clock(
        LESSON,
        _steps(chosen),
        _CLOCKS[minutes],
        aim="Everybody can compute one step by hand, and say why one rate for three optimizers is no fair race.",
        ahead=("plane",) if minutes == 75 else ("momentum", "plane"),
    )


def _steps(chosen: Chosen) -> dict[str, Step]:
    contestants = race.named(race.HANDOUT)
    base = RunSpec(data=chosen.data, optimizer=race.HANDOUT[0], device=chosen.device)
    settings = race.settings_of(contestants)
    raced = Needs(
        "the handout's race", LESSON, race.members(base, contestants, [base.random_state]), race.KIND, settings
    )
    rates = sweep.grid(0.0001, sweep.usual_highest(contestants))
    swept = Needs(
        "the sweep of learning rates", LESSON,
        sweep.members(base.model_copy(update={"n_epochs": 1}), contestants, rates), sweep.KIND, settings,
    )  # fmt: skip
    seeds = Needs(
        f"the race with {_N_SEEDS} seeds", LESSON, race.members(base, contestants, range(_N_SEEDS)), race.SEEDS_KIND,
        settings,
    )  # fmt: skip
    return {
        "race": Step(
            "The handout's race",
            "Hands up for each before Race. Do not explain the result yet: it comes back when each is at its best.",
            "Who wins, all three at learning rate 0.01?",
            (Shows("Three optimizers, one rate", LESSON, "Race", needs=raced),),
            ("optim-rate-1",),
            (
                Figure("test accuracy", figures.each_contestant),
                Figure("training time of all runs", figures.trained_for),
            ),
            slow="Move Epochs to 1.",
        ),
        "step": Step(
            "One step of one weight",
            "Each computes the step on paper, then the page shows the same numbers line by line.",
            "How long is the step, and what of the gradient is left in it?",
            (Shows("One step in numbers", LESSON, "One step"),),
            ("optim-momentum-1", "optim-adam-1"),
        ),
        "momentum": Step(
            "What momentum adds up",
            "Vote on the two small trainings, then run the answer on the wall.",
            "When is a ten times longer step a good thing?",
            votes=("optim-momentum-2", "optim-steps-1"),
        ),
        "landscape": Step(
            "Down a surface",
            "Let the paths run once without a word; then make the rates larger until one flies off.",
            "Which path will overshoot first?",
            (Shows("Paths down a surface", LESSON, "Landscape"),),
            ("optim-parabola-1",),
            slow="The parabola of the vote fits on the board.",
        ),
        "best": Step(
            "Each at its best",
            "Sweep, and read the three valleys. Then Take each one's best into the race, and race again.",
            "Will all three be best at the same rate?",
            (Shows("A sweep of learning rates", LESSON, "Each at its best", needs=swept),),
            figures=(
                Figure("best rate by training loss", figures.best_rates),
                Figure("training time of all runs", figures.trained_for),
            ),
            slow="Show the sweep of the rehearsal, and race with its rates.",
        ),
        "luck": Step(
            "Is it real?",
            "Repeat the race with other seeds; read the verdict aloud, word by word.",
            "Would the winner win again?",
            (Shows("The race with five seeds", LESSON, "Is it real?", settings={"n_seeds": _N_SEEDS}, needs=seeds),),
            figures=(
                Figure("test accuracy over the seeds", figures.range_of_seeds),
                Figure("training time of all runs", figures.trained_for),
            ),
            slow="Choose 3 seeds.",
        ),
        "decay": Step(
            "Weight decay, twice",
            "Vote, discuss, vote again: Adam's own weight_decay and AdamW's are not the same thing.",
            "What is left of a weight whose gradient is 0?",
            (Shows("One step in numbers", LESSON, "One step"),),
            ("optim-decay-1",),
        ),
        "plane": Step(
            "The plane of their paths",
            "The loss on the plane through the ends of the race: near the paths it tells much, far away little.",
            "Did they end in the same valley?",
            (Shows("The loss on a plane", LESSON, "Loss plane", needs=raced, is_about=True),),
        ),
        "close": Step(
            "What to take home",
            "Each completes the sentence: Adam was better here because ...",
        ),
    }
