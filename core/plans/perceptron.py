"""Plans for Question 1: a four-layer network, its loss, its loop and its learning rate."""

from core import datasets
from core.lab.words import decimal
from core.plans import figures
from core.plans.clock import by_the_clock
from core.plans.plan import Chosen, Computed, Figure, Needs, Plan, Shows, Step
from core.specs import MLPSpec, RunSpec, SGDSpec

LESSON = "perceptron"
_RATES = (0.0001, 0.01, 1.0)  # too small, the handout's, too large for momentum 0.9
_WIDTHS = (8, 512)

_CLOCKS = {
    50: {"start": 6, "layers": 8, "loop": 11, "softmax": 5, "rates": 12, "results": 5, "close": 3},
    75: {"start": 7, "layers": 9, "loop": 13, "softmaxes": 10, "rates": 15, "results": 9, "zeros": 8, "close": 4},
}


def plan(minutes: int, chosen: Chosen) -> Plan:
    """That of 50 or of 75 minutes."""
    return by_the_clock(
        LESSON,
        _steps(chosen),
        _CLOCKS[minutes],
        aim="Everybody can say what each line of the training loop does, and what a loss and a learning rate tell.",
        ahead=("widths",),
    )


def handout_run(chosen: Chosen) -> RunSpec:
    """Question 1 as the handout has it."""
    return RunSpec(data=chosen.data, device=chosen.device)


def trained(chosen: Chosen) -> Needs:
    """The handout's perceptron, for every plan that shows it."""
    return Needs("the handout's perceptron", LESSON, [({}, handout_run(chosen))])


def _learn(title: str, spec: RunSpec, name: str) -> Shows:
    return Shows(title, LESSON, "Learn", spec, needs=Needs(name, LESSON, [({}, spec)]))


def _steps(chosen: Chosen) -> dict[str, Step]:
    handout, needs = handout_run(chosen), trained(chosen)
    n_classes = len(datasets.info(chosen.data.dataset).class_names)
    rates = [
        _learn(
            f"Learning rate {decimal(rate)}",
            handout.model_copy(update={"optimizer": SGDSpec(learning_rate=rate)}),
            f"the perceptron at learning rate {decimal(rate)}",
        )
        for rate in _RATES
    ]
    widths = [
        _learn(
            f"H = {H}", handout.model_copy(update={"model": MLPSpec(H=H)}), f"the perceptron with {H} units per layer"
        )
        for H in _WIDTHS
    ]
    return {
        "start": Step(
            "What a new network knows",
            "Vote before anything runs. Then press Train: the first point of the curve is the loss before the first "
            "step. Come back to it while it falls.",
            "How large is the loss of a network that knows nothing?",
            (Shows("The handout's network, ready to train", LESSON, "Learn", handout, needs=needs),),
            ("perceptron-loss-1",),
            (
                Figure("loss of the first batch", figures.first_loss),
                Figure("training loss of the last epoch", figures.last_loss),
                Figure("test accuracy", figures.accuracy),
                Figure("training time", figures.trained_for),
            ),
            slow="Choose 1,000 training pictures in the sidebar: the first loss is the same.",
        ),
        "layers": Step(
            "Four layers, counted",
            "Let them count the first layer on paper, vote, then read the table of layers. Send one picture through.",
            "Where are most of the weights, and why there?",
            (Shows("The layers and their parameters", LESSON, "Network", handout),),
            ("perceptron-parameters-1",),
            computed=(Computed("parameters of the whole network", lambda: f"{MLPSpec().n_parameters(n_classes):,}"),),
        ),
        "loop": Step(
            "The loop, line by line",
            "In pairs: put the shuffled lines in order, then try one wrong order on purpose and see what it does.",
            "What does each line leave behind for the next one?",
            (Shows("The loop's lines, shuffled", LESSON, "In order"),),
            ("perceptron-zero-grad-1",),
            slow="Skip running the wrong orders: the vote makes the same point.",
        ),
        "softmax": Step(
            "The handout's log_softmax",
            "Read the handout's last layer aloud, vote, then open the page that computes both losses.",
            "Is this a bug, or only superfluous?",
            (Shows("What the handout says, and what happens", LESSON, "Handout", handout),),
            ("perceptron-log-softmax-1",),
        ),
        "softmaxes": Step(
            "log_softmax and softmax before the loss",
            "Two votes in a row: the first is harmless, the second is not. Let them find out what differs.",
            "Which of the two would you notice by the curve?",
            (Shows("What the handout says, and what happens", LESSON, "Handout", handout),),
            ("perceptron-log-softmax-1", "perceptron-softmax-1"),
        ),
        "rates": Step(
            "Three learning rates",
            "Vote, then train the three one after the other. Compare lays their curves over each other.",
            "What will the curve of each look like? Draw it in the air.",
            (*rates, Shows("All of them in one picture", LESSON, "Compare")),
            ("perceptron-rate-1",),
            tuple(
                Figure(f"test accuracy at {decimal(rate)}", figures.accuracy, i) for i, rate in enumerate(_RATES)
            ),
            slow="Train the largest rate alone: it shows the most in the shortest time.",
        ),
        "results": Step(
            "What it mixes up",
            "Let them name the two classes first, then click the fullest cell beside the diagonal: its pictures.",
            "Which two classes will it mix up most, and why?",
            (Shows("The confusion matrix", LESSON, "Results", needs=needs, is_about=True),),
            figures=(Figure("test accuracy", figures.accuracy),),
        ),
        "zeros": Step(
            "All weights 0",
            "Vote, discuss in pairs, vote again; follow the zeros through the drawing of the network.",
            "Which gradients are not 0?",
            (Shows("The network to point at", LESSON, "Network", handout),),
            ("perceptron-zeros-1",),
        ),
        "widths": Step(
            "Wider, or not?",
            "Let them bet before each run.",
            "Does the wider network win by as much as it is larger?",
            tuple(widths),
            figures=tuple(Figure(f"test accuracy with H = {H}", figures.accuracy, i) for i, H in enumerate(_WIDTHS)),
        ),
        "close": Step(
            "What to take home",
            "Each writes one sentence: what the optimizer needs from the loss. Two are read out.",
        ),
    }
