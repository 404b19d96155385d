"""Votes on Question 6: single steps in numbers, and which settings learn faster."""

from core.specs import MLPSpec
from core.specs.optimizers import AdamSpec, OptimizerSpec, SGDSpec
from core.votes.compared import BOTH_ALIKE, compared
from core.votes.sources import ADAM, ADAMW, BACKPROP, MARGINAL, MOMENTUM, PYTORCH_OPTIM, measured
from core.votes.trained import accuracy
from core.votes.vote import Measured, Option, Outcome, Vote

WITH, WITHOUT = "With momentum 0.9", "Without momentum"
BY_SGD, BY_ADAM = "SGD with momentum 0.9", "Adam"
CURVATURE = 4.0  # of the parabola


def two_steps_with_momentum(random_state: int) -> Outcome:
    """How far SGD has come after two steps along a gradient of 1."""
    import torch

    weight = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([weight], lr=0.1, momentum=0.9)
    far = []
    for _ in range(2):
        weight.grad = torch.ones_like(weight)
        optimizer.step()
        far.append(-weight.item())
    return Outcome(f"{far[-1]:.2f}", tuple(Measured(f"after step {n}", value) for n, value in enumerate(far, 1)))


def first_step_of_adam(random_state: int) -> Outcome:
    """Its length for a gradient of 250."""
    import torch

    weight = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    weight.grad = torch.full_like(weight, 250.0)
    torch.optim.Adam([weight], lr=0.001).step()
    return Outcome(f"{-weight.item():.3g}", (Measured("first step", -weight.item()),))


def decay_of_adamw(random_state: int) -> Outcome:
    """A weight of 5 whose gradient is 0."""
    import torch

    def after(make: type[torch.optim.Optimizer]) -> float:
        weight = torch.full((1,), 5.0, dtype=torch.float64, requires_grad=True)
        weight.grad = torch.zeros_like(weight)
        make([weight], lr=0.1, weight_decay=0.1).step()  # type: ignore[call-arg]
        return weight.item()

    by_adamw, by_adam = after(torch.optim.AdamW), after(torch.optim.Adam)
    return Outcome(f"{by_adamw:.3g}", (Measured("AdamW", by_adamw), Measured("Adam", by_adam)))


def rate_for_a_parabola(random_state: int) -> Outcome:
    """How far from the minimum of 2 w^2 gradient descent is after 10 steps from 1."""
    import torch

    left = {}
    for rate in (0.1, 0.25, 0.6):
        weight = torch.ones(1, dtype=torch.float64, requires_grad=True)
        optimizer = torch.optim.SGD([weight], lr=rate)
        for _ in range(10):
            optimizer.zero_grad()
            (CURVATURE / 2 * weight**2).sum().backward()
            optimizer.step()
        left[f"{rate:g}"] = abs(weight.item())
    return Outcome(min(left, key=lambda name: left[name]), tuple(Measured(name, value) for name, value in left.items()))


def steps_of_an_epoch(random_state: int) -> Outcome:
    """Of 1,000 pictures in batches of 32."""
    import torch

    pictures = torch.utils.data.TensorDataset(torch.zeros(1_000, 1))
    n = sum(1 for _ in torch.utils.data.DataLoader(pictures, batch_size=32))
    return Outcome(f"{n:,}", (Measured("steps", n), Measured("pictures of the last batch", 1_000 - 32 * (n - 1))))


def with_and_without_momentum(random_state: int) -> Outcome:
    """SGD at learning rate 0.01."""
    return _raced({
        WITH: SGDSpec(learning_rate=0.01, momentum=0.9), WITHOUT: SGDSpec(learning_rate=0.01, momentum=0.0)
    }, random_state)  # fmt: skip


def sgd_and_adam_at_a_small_rate(random_state: int) -> Outcome:
    """Both at learning rate 0.001."""
    return _raced({BY_SGD: SGDSpec(learning_rate=0.001), BY_ADAM: AdamSpec(learning_rate=0.001)}, random_state)


def _raced(contestants: dict[str, OptimizerSpec], random_state: int) -> Outcome:
    """The same perceptron, digits, seed and epochs for all."""
    scores = {
        name: accuracy("digits", MLPSpec(H=32), optimizer, n_train=1_000, n_test=300, n_epochs=3,
                       random_state=random_state, name=name)
        for name, optimizer in contestants.items()
    }  # fmt: skip
    return compared(scores)


VOTES = (
    Vote(
        "optim-momentum-1", "optimizers",
        "SGD with learning rate 0.1 and momentum 0.9; the gradient is 1 each time. How far has the weight come after "
        "two steps?",
        (
            Option("0.20", "Each step is the learning rate times the gradient.",
                   measured("0.20 is SGD without momentum")),
            Option("0.29"),
            Option("0.19", "The second step is all that counts.",
                   measured("0.19 is the length of the second step alone")),
            Option("0.029", "The velocity is a mean: it takes 0.1 of each new gradient.",
                   f"{PYTORCH_OPTIM}: so it is with dampening=0.9; the default is 0"),
        ),
        1, "The velocity is 1, then 0.9 + 1 = 1.9; the weight moves by 0.1 and by 0.19.", two_steps_with_momentum,
    ),
    Vote(
        "optim-adam-1", "optimizers",
        "Adam (learning rate 0.001, other defaults) meets its first gradient: 250. How long is its first step?",
        (
            Option("0.25", "The step is the learning rate times the gradient.",
                   measured("0.25 is the step of plain SGD")),
            Option("0.00316", "Both running means start at 0 and are used as they are.",
                   f"{ADAM}, section 3: they are corrected for that start"),
            Option("0.0001", "Only a tenth of a new gradient counts, as beta 1 is 0.9.",
                   f"{ADAM}, section 3: the first mean is divided by 1 - 0.9"),
            Option("0.001"),
        ),
        3, "Corrected, both means are of this one gradient: 250 / 250 is 1, so the step is the learning rate.",
        first_step_of_adam,
    ),
    Vote(
        "optim-decay-1", "optimizers",
        "A weight is 5 and its gradient is 0. What is it after the first step of AdamW with learning rate 0.1 and "
        "weight decay 0.1?",
        (
            Option("5", "Where the gradient is 0, nothing moves.",
                   measured("5 is what is left with weight decay 0")),
            Option("4.5", "Weight decay takes its share whatever the learning rate is.",
                   f"{PYTORCH_OPTIM}: AdamW multiplies the weight by 1 - learning rate x weight decay"),
            Option("4.95"),
            Option("4.9", "The decay goes through Adam's scaling.",
                   f"{ADAMW}: that is Adam with L2 regularization, not decoupled decay"),
        ),
        2, "5 x (1 - 0.1 x 0.1). Adam's own weight_decay joins the gradient and gives 4.9.", decay_of_adamw,
    ),
    Vote(
        "optim-parabola-1", "optimizers",
        "Gradient descent on 2 w², from w = 1 (the second derivative is 4). Which learning rate is nearest to the "
        "minimum after 10 steps?",
        (
            Option("0.1", "Small steps are the safe choice.",
                   f"{BACKPROP}, on the convergence of gradient descent: 1 / curvature takes one step"),
            Option("0.25"),
            Option("0.6", "The larger the step, the sooner one is there.",
                   f"{BACKPROP}, on the convergence of gradient descent: beyond 2 / curvature, 0.5 here, it diverges"),
        ),
        1, "1 / 4 lands in the minimum with the first step; 0.6 jumps over it, farther each time.", rate_for_a_parabola,
    ),
    Vote(
        "optim-steps-1", "optimizers",
        "1,000 pictures come in batches of 32 (DataLoader's defaults otherwise). How many steps does the optimizer "
        "take in one epoch?",
        (
            Option("32"),
            Option("31", "A batch that is not full is left out.",
                   measured("31 is what drop_last=True gives; the default keeps the last batch, of 8 pictures")),
            Option("1,000", "Each picture is a step.", measured("1,000 is what a batch size of 1 gives")),
            Option("1", "An epoch is a step.", measured("1 is what a batch of all 1,000 pictures gives")),
        ),
        0, "31 full batches and one of 8 pictures.", steps_of_an_epoch,
    ),
    Vote(
        "optim-momentum-2", "optimizers",
        "A small perceptron learns 1,000 digits for 3 epochs with SGD at learning rate 0.01. When does it classify "
        "more held-out digits correctly?",
        (
            Option(WITHOUT, "Momentum rolls past the minimum.",
                   f"{MOMENTUM}: it speeds up learning where the start is good"),
            Option(WITH),
            Option(BOTH_ALIKE, "Momentum only smooths the way.",
                   measured("with momentum it is ahead by more than 5 percentage points with each of five seeds")),
        ),
        1, "With the same gradient each time, momentum 0.9 makes steps ten times as long in the end.",
        with_and_without_momentum, has_luck=True, seconds=1.0,
    ),
    Vote(
        "optim-rate-1", "optimizers",
        "A small perceptron learns 1,000 digits for 3 epochs, and the learning rate is 0.001. Which optimizer "
        "classifies more held-out digits correctly?",
        (
            Option(BY_SGD, "SGD is the better one in the end, so it is the better one here.",
                   f"{MARGINAL}: that is of fully trained networks with tuned rates"),
            Option(BOTH_ALIKE, "The same learning rate makes the same steps.",
                   measured("Adam is ahead by more than 5 percentage points with each of five seeds")),
            Option(BY_ADAM),
        ),
        2, "0.001 is Adam's usual rate and a small one for SGD: a learning rate means something else to each "
           "optimizer.",
        sgd_and_adam_at_a_small_rate, has_luck=True, seconds=1.0,
    ),
)  # fmt: skip
