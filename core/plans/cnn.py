"""Plans for Question 3: the convolutional network, opened."""

from core import datasets
from core.plans import figures, perceptron
from core.plans.clock import by_the_clock
from core.plans.plan import Chosen, Computed, Figure, Needs, Plan, Shows, Step
from core.specs import AdamSpec, CNNSpec, RunSpec

LESSON = "cnn"

_CLOCKS = {
    50: {"start": 8, "layers": 9, "inside": 11, "modes": 11, "results": 8, "close": 3},
    75: {
        "start": 9, "layers": 10, "shapes": 9, "inside": 13, "modes": 13, "rewind": 8, "results": 8, "save": 3,
        "close": 2,
    },
}  # fmt: skip


def plan(minutes: int, chosen: Chosen) -> Plan:
    """That of 50 or of 75 minutes."""
    return by_the_clock(
        LESSON,
        _steps(chosen),
        _CLOCKS[minutes],
        aim="Everybody can say what a filter shares, where the weights and the work are, and what eval() changes.",
        ahead=("plain",) if minutes == 75 else ("shapes", "plain"),
    )


def _steps(chosen: Chosen) -> dict[str, Step]:
    spec = RunSpec(data=chosen.data, model=CNNSpec(), optimizer=AdamSpec(), device=chosen.device)
    needs = Needs("the handout's CNN", LESSON, [({}, spec)])
    beside = perceptron.trained(chosen)
    plain = spec.model_copy(update={"model": CNNSpec(batch_norm=False)})
    n_classes = len(datasets.info(chosen.data.dataset).class_names)
    return {
        "start": Step(
            "Bets, then Train",
            "Vote before you press Train; it trains while you talk about the layers. Leave the curve on the wall.",
            "Which one learns more from the same pictures?",
            (Shows("The handout's CNN, ready to train", LESSON, "Learn", spec, needs=needs),),
            ("cnn-or-perceptron-1",),
            (Figure("test accuracy", figures.accuracy), Figure("training time", figures.trained_for)),
            slow="Press Train before class: the second link shows the finished run. Or choose 1,000 training pictures.",
        ),
        "layers": Step(
            "Where the weights are, and where the work is",
            "Two votes, and two different right answers. The table has both columns.",
            "Why is it not the same part?",
            (Shows("The table of layers", LESSON, "Network", spec),),
            ("cnn-parameters-1", "cnn-work-1"),
            computed=(
                Computed("parameters", lambda: f"{CNNSpec().n_parameters(n_classes):,}"),
                Computed("multiply-adds per picture", lambda: f"{CNNSpec().n_multiply_adds(n_classes):,}"),
            ),
        ),
        "shapes": Step(
            "Which shape comes out?",
            "Three layers together, then in pairs. The hints name the mistake.",
            "What is the shape after each layer?",
            (Shows("The shape doctor", LESSON, "Shape doctor"),),
        ),
        "inside": Step(
            "Open it",
            "One picture, its feature maps, then a deeper layer. Let somebody choose the picture.",
            "How many pixels can this one number know of?",
            (Shows("Feature maps of the trained network", LESSON, "Inside", needs=needs, is_about=True),),
            ("cnn-field-1",),
            slow="Without a finished run: the filters of Question 2 on a photograph make the same point.",
        ),
        "modes": Step(
            "train() and eval()",
            "Vote on dropout, then on the running mean; then let the page do both to the trained network.",
            "What does the network do differently when it is judged?",
            (Shows("The same network in both modes", LESSON, "Train vs. eval", needs=needs, is_about=True),),
            ("cnn-dropout-1", "cnn-running-mean-1", "cnn-batch-of-one-1"),
        ),
        "rewind": Step(
            "Back in time",
            "Go back epoch by epoch: one picture, and when its answer changed.",
            "From which epoch on is it right, and does it stay so?",
            (Shows("The weights of every epoch", LESSON, "Rewind", needs=needs, is_about=True),),
        ),
        "results": Step(
            "Beside the perceptron",
            "Bets of the beginning are settled here. Of few test pictures say the interval too.",
            "Which classes did the filters help most?",
            (
                Shows("What the CNN gets right and wrong", LESSON, "Results", needs=needs, is_about=True),
                Shows(
                    "The handout's perceptron", perceptron.LESSON, "Learn", perceptron.handout_run(chosen), needs=beside
                ),
            ),
            figures=(
                Figure("test accuracy of the CNN", figures.accuracy),
                Figure("test accuracy of the perceptron", figures.accuracy, 1),
            ),
            slow="Show the perceptron of the rehearsal, or of the lesson before.",
        ),
        "save": Step(
            "Save and restore",
            "Save the weights, then say what strict=False would hide.",
            "What is in a state_dict, and what is not?",
            (Shows("Save and restore", LESSON, "Save", needs=needs, is_about=True),),
        ),
        "plain": Step(
            "Without batch norm",
            "Same seed, same pictures; only batch norm is off.",
            "Slower, worse, or both? One seed each: say so.",
            (
                Shows(
                    "Without batch norm", LESSON, "Learn", plain,
                    needs=Needs("the CNN without batch norm", LESSON, [({}, plain)]),
                ),
            ),
            figures=(Figure("test accuracy without batch norm", figures.accuracy),),
        ),
        "close": Step(
            "What to take home",
            "Each names one thing that a filter shares and a linear layer does not.",
        ),
    }  # fmt: skip
