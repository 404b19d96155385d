"""Plans for Question 5: pretrained weights, what is frozen, and how few pictures are enough."""

from core import datasets
from core.plans import figures
from core.plans.clock import by_the_clock
from core.plans.plan import Chosen, Figure, Members, Needs, Plan, Shows, Step
from core.transfer import pretrained, strategies, usual
from core.transfer.pretrained import Stored

LESSON = "transfer"
WAITS = "the weights of the pretraining"
_COUNTS, _N_REPEATS = (5, 20), 2

_CLOCKS = {
    50: {"weights": 9, "strategies": 13, "small": 6, "trap": 11, "labels": 8, "close": 3},
    75: {
        "weights": 10, "strategies": 15, "small": 9, "far": 9, "trap": 13, "labels": 12, "inside": 4, "close": 3,
    },
}  # fmt: skip


def plan(minutes: int, chosen: Chosen) -> Plan:
    """That of 50 or of 75 minutes."""
    return by_the_clock(
        LESSON,
        _steps(chosen),
        _CLOCKS[minutes],
        aim="Everybody can say what is frozen, what is trained, and when old weights help and when they do not.",
        ahead=("decay",) if minutes == 75 else ("far", "decay"),
        offline="Nothing in this plan needs the internet: the weights are pretrained here. ImageNet's are fetched the "
        "day before, on Weights, or left out. If phones can't reach the lab, vote by fingers.",
    )


def weights_for(data_set: str, owner: str) -> Stored | None:
    """The newest weights of a person that were pretrained as this plan does it."""
    names = datasets.info(data_set).class_names
    wanted = (data_set, tuple(usual.source_classes(names)))
    of_person = (weights for weights in pretrained.stored(owner) if weights.source == "here")
    return next((weights for weights in of_person if (weights.dataset, weights.classes) == wanted), None)


def _steps(chosen: Chosen) -> dict[str, Step]:
    names = datasets.info(chosen.data.dataset).class_names
    weights, settings = chosen.weights, {}
    compared: Members = []
    labelled: Members = []
    trapped: Members = []
    told: dict[str, object] = {}
    if weights is not None:
        settings = {"weights": weights.name}
        base = usual.fine_tuning(chosen.data, names, weights.classes, weights.spec)
        compared = strategies.members(base, usual.DIAL)
        labelled = strategies.label_members(base, usual.DIAL, _COUNTS, _N_REPEATS)
        trapped = strategies.trap_members(base)
        told = {"weights": weights.title}
    waits = "" if weights is not None else WAITS
    pre = Needs("the pretraining of ResNet-18", LESSON, [({}, usual.pretraining(chosen.data, names))])
    few = Needs("the strategies side by side", LESSON, compared, strategies.KIND, told, waits)
    counts = Needs("the strategies with few labels", LESSON, labelled, strategies.LABELS_KIND, {}, waits)
    trap = Needs("the batch-norm trap", LESSON, trapped, strategies.TRAP_KIND, {}, waits)
    return {
        "weights": Step(
            "Whose weights?",
            "Show what the network has learnt before, and which classes it has never seen. Vote on what is left to "
            "train.",
            "How many numbers are still to be learnt?",
            (Shows("Where the weights come from", LESSON, "Weights", needs=pre),),
            ("transfer-trained-1",),
            (
                Figure("test accuracy of the pretraining", figures.accuracy),
                Figure("training time", figures.trained_for),
            ),
            slow="Pretrain before class: with the weights here, all else is short.",
        ),
        "strategies": Step(
            "From scratch, fine-tuned, frozen",
            "Everybody orders the strategies on paper, then Compare. Ask the ones who were wrong first.",
            "Which one wins with 20 pictures per class?",
            (Shows("The strategies side by side", LESSON, "Strategies", settings=settings, needs=few),),
            ("transfer-near-1",),
            (Figure("test accuracy", figures.each_strategy), Figure("training time of all runs", figures.trained_for)),
            slow="Frozen is there first: talk about it while the others still train.",
        ),
        "small": Step(
            "Small pictures in a network for large ones",
            "Halve 32 five times aloud. Then the handout's 224: what does it cost, what does it buy?",
            "What is left of a picture of 32 x 32 at the end?",
            (Shows("The handout's transforms, checked", LESSON, "Handout"),),
            ("transfer-small-1", "transfer-features-1"),
        ),
        "far": Step(
            "When old weights do not help",
            "Vote, discuss, vote again, then run the answer on the wall.",
            "What exactly does not fit any more?",
            votes=("transfer-far-1",),
        ),
        "trap": Step(
            "Frozen, and moving",
            "Two votes on the same layer. Then run both modes: no weight below the head moves in either.",
            "What of a frozen layer can still change?",
            (Shows("The batch-norm trap", LESSON, "Batch-norm trap", settings=settings, needs=trap),),
            ("transfer-batch-norm-1", "transfer-gradient-1"),
            (Figure("test accuracy, of one seed", figures.each_strategy),),
            slow="Show the trap of the rehearsal.",
        ),
        "labels": Step(
            "How few labels?",
            "Start it while they bet: how many pictures per class save how many?",
            "Where do the curves meet?",
            (
                Shows(
                    "Accuracy against labels", LESSON, "How few labels?",
                    settings=settings | {"counts": _COUNTS, "repeats": _N_REPEATS}, needs=counts,
                ),
            ),
            figures=(
                Figure("mean test accuracy by pictures per class", figures.by_labels),
                Figure("training time of all runs", figures.trained_for),
            ),
            slow="Show the curve of the rehearsal.",
        ),
        "inside": Step(
            "A look inside",
            "One picture, and where the fine-tuned network looks.",
            "Does it look at the thing, or beside it?",
            (Shows("Inside the networks", LESSON, "Inside", settings={}, needs=few, is_about=True),),
        ),
        "decay": Step(
            "Freezing that does not freeze",
            "A gradient of 0 is no frozen weight: vote, then do the arithmetic.",
            "Which of torch's settings still moves it?",
            votes=("transfer-decay-1",),
        ),
        "close": Step(
            "What to take home",
            "Each says for a task of their own: scratch, fine-tune or freeze, and why.",
        ),
    }  # fmt: skip
