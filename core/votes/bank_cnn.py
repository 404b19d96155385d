"""Votes on Question 3: what a unit sees, where parameters and work are, batch norm and dropout, perceptron or CNN."""

from core.specs import CNNSpec, MLPSpec, SGDSpec
from core.votes.compared import BOTH_ALIKE, compared
from core.votes.sources import BATCH_NORM, COMMON_MISTAKES, DROPOUT, ONE_WEIRD_TRICK, VGG, measured
from core.votes.trained import accuracy
from core.votes.vote import Measured, Option, Outcome, Vote

CONVOLUTIONS, FIRST, LAST = "The four convolutions", "The first linear layer", "The last linear layer"
CNN_BETTER, MLP_BETTER = "The CNN", "The perceptron"


def field_of_two(random_state: int) -> Outcome:
    """How many pixels a side move one number behind two 3 x 3 convolutions."""
    import torch

    picture = torch.zeros(1, 1, 15, 15, requires_grad=True)
    ones = torch.ones(1, 1, 3, 3)
    behind = torch.nn.functional.conv2d(torch.nn.functional.conv2d(picture, ones), ones)
    behind[0, 0, 5, 5].backward()
    assert picture.grad is not None
    seen = picture.grad[0, 0] != 0
    height, width = int(seen.any(dim=1).sum()), int(seen.any(dim=0).sum())
    return Outcome(f"{height} x {width}", (Measured("height", height), Measured("width", width)))


def batch_of_one(random_state: int) -> Outcome:
    """``BatchNorm1d`` in ``train()``, a batch of one picture."""
    import torch

    norm = torch.nn.BatchNorm1d(4)
    try:
        out = norm(torch.ones(1, 4))
    except ValueError:
        return Outcome("It raises an error", (Measured("numbers per channel", 1),))
    return Outcome("All numbers become 0" if not out.any() else "It takes its running mean and variance")


def dropout_in_eval(random_state: int) -> Outcome:
    """What p = 0.5 makes of ones in ``eval()``."""
    import torch

    out = torch.nn.Dropout(0.5).eval()(torch.ones(1000))
    low, high = out.min().item(), out.max().item()
    names = {(1.0, 1.0): "All are 1", (0.5, 0.5): "All are 0.5", (0.0, 2.0): "Half are 0, the others 2"}
    return Outcome(names[(low, high)], (Measured("smallest", low), Measured("largest", high)))


def where_parameters_are(random_state: int) -> Outcome:
    """Of the handout's CNN, 10 classes."""
    from torch import nn

    from core.models.build import build_model, count_parameters
    from core.models.drawing import seeded

    with seeded(random_state):
        layers = list(build_model(CNNSpec(), 10).modules())
    linears = [layer for layer in layers if isinstance(layer, nn.Linear)]
    counts = {
        CONVOLUTIONS: sum(count_parameters(layer) for layer in layers if isinstance(layer, nn.Conv2d)),
        FIRST: count_parameters(linears[0]),
        LAST: count_parameters(linears[-1]),
    }
    most = max(counts, key=lambda name: counts[name])
    return Outcome(most, tuple(Measured(name, n, "parameters") for name, n in counts.items()))


def where_work_is(random_state: int) -> Outcome:
    """Multiply-adds of the handout's CNN for one picture, by its record."""
    spec = CNNSpec()
    linears = [n_in * n_out for n_in, n_out in spec.linears(10)]
    counts = {CONVOLUTIONS: spec.n_multiply_adds(10) - sum(linears), FIRST: linears[0], LAST: linears[-1]}
    most = max(counts, key=lambda name: counts[name])
    return Outcome(most, tuple(Measured(name, n, "multiply-adds") for name, n in counts.items()))


def running_mean_in_eval(random_state: int) -> Outcome:
    """One batch of mean 8 through a new batch norm in ``train()``: its running mean then."""
    import torch

    norm = torch.nn.BatchNorm1d(1)
    norm(torch.tensor([[6.0], [10.0]]))
    assert norm.running_mean is not None
    mean = norm.running_mean.item()
    return Outcome(f"{mean:.1f}", (Measured("running mean", mean),))


def perceptron_or_cnn(random_state: int) -> Outcome:
    """Both on 500 pictures of shapes, 5 epochs each."""
    models: dict[str, MLPSpec | CNNSpec] = {CNN_BETTER: CNNSpec(channels1=8, channels2=8), MLP_BETTER: MLPSpec(H=64)}
    scores = {
        name: accuracy("shapes10", model, SGDSpec(learning_rate=0.01), n_train=500, n_test=300, n_epochs=5,
                       random_state=random_state, name=name)
        for name, model in models.items()
    }  # fmt: skip
    return compared(scores)


VOTES = (
    Vote(
        "cnn-field-1", "cnn",
        "Two 3 x 3 convolutions (stride 1) stand one behind the other. How many pixels of the picture decide one "
        "number behind the second?",
        (
            Option("3 x 3", "A unit sees what its own kernel covers.",
                   f"{VGG}, section 2.3: of two layers it is 5 x 5"),
            Option("6 x 6", "Kernel sizes add up.", f"{VGG}, section 2.3: of two layers it is 5 x 5"),
            Option("9 x 9", "Kernel sizes are multiplied.", f"{VGG}, section 2.3: of two layers it is 5 x 5"),
            Option("5 x 5"),
        ),
        3, "Each layer adds a pixel on each side: 3 + 2.", field_of_two,
    ),
    Vote(
        "cnn-batch-of-one-1", "cnn",
        "The last batch of an epoch has one picture. What does BatchNorm1d do with it in train()?",
        (
            Option("It takes its running mean and variance", "Running values stand in where a batch is too small.",
                   f"{BATCH_NORM}: they are for inference; training takes those of the batch"),
            Option("It raises an error"),
            Option("All numbers become 0", "A number minus its own mean is 0, and training goes on.",
                   measured("the arithmetic is right, but PyTorch refuses it: a variance of one number says nothing")),
        ),
        1, "There is one number per channel, so no variance. PyTorch stops; drop_last=True or another batch size "
           "helps.",
        batch_of_one,
    ),
    Vote(
        "cnn-dropout-1", "cnn",
        "A thousand ones go through Dropout(p=0.5) in eval(). What comes out?",
        (
            Option("Half are 0, the others 2", "Dropout drops whenever it is there.",
                   f"{COMMON_MISTAKES} lists a forgotten switch between train() and eval() among the usual bugs"),
            Option("All are 0.5", "What is kept is scaled down when testing.",
                   f"{DROPOUT} scales so; PyTorch scales up while training instead"),
            Option("All are 1"),
        ),
        2, "In eval() dropout does nothing: PyTorch has already divided by 1 - p while training.", dropout_in_eval,
    ),
    Vote(
        "cnn-parameters-1", "cnn",
        "Which part of the handout's CNN has most of its parameters?",
        (
            Option(CONVOLUTIONS, "It is a convolutional network, so its weights are in the convolutions.",
                   f"{ONE_WEIRD_TRICK}: convolutions have about 5 % of the parameters there"),
            Option(FIRST),
            Option(LAST, "The decision is made there, so most is learnt there.",
                   measured("5,130 of 4.7 million parameters: 512 inputs and a bias for each of 10 classes")),
        ),
        1, "4,096 numbers meet 1,000 units: 4.1 million. A filter uses its few weights at every place.",
        where_parameters_are,
    ),
    Vote(
        "cnn-work-1", "cnn",
        "Which part of the handout's CNN takes most of the multiply-adds for one picture?",
        (
            Option(CONVOLUTIONS),
            Option(FIRST, "The work is where the parameters are.",
                   f"{ONE_WEIRD_TRICK}: there, linear layers have about 95 % of the parameters and 5 to 10 % of the "
                   "work"),
            Option(LAST, "The decision is the hard part.",
                   measured("5,120 of 29 million multiply-adds")),
        ),
        0, "A filter's few weights are used again at every place: 24 million multiply-adds against 4 million.",
        where_work_is,
    ),
    Vote(
        "cnn-running-mean-1", "cnn",
        "A new BatchNorm1d (running mean 0) sees one batch with mean 8 in train(). What is its running mean then?",
        (
            Option("8.0", "eval() uses the mean of the last batch.",
                   measured("that is the batch's own mean, which train() uses")),
            Option("4.0", "Old and new count the same.", measured("that is momentum=0.5; PyTorch's default is 0.1")),
            Option("7.2", "momentum=0.1 is how much of the old is kept, as with an optimizer.",
                   measured("that is momentum=0.9; in PyTorch's batch norm momentum is the share of the new")),
            Option("0.8"),
        ),
        3, "0.9 x 0 + 0.1 x 8: after few batches eval() still uses numbers that are far from the pictures'.",
        running_mean_in_eval,
    ),
    Vote(
        "cnn-or-perceptron-1", "cnn",
        "500 pictures of shapes, 5 epochs, the same optimizer and rate. Which classifies more held-out pictures "
        "correctly: a perceptron with 64 hidden units per layer, or a CNN with 8 filters per convolution?",
        (
            Option(MLP_BETTER, "A linear layer sees the whole picture at once, a filter only a corner.",
                   measured("the CNN is ahead by more than 5 percentage points with each of five seeds")),
            Option(CNN_BETTER),
            Option(BOTH_ALIKE, "With so few pictures the architecture does not matter.",
                   measured("the CNN is ahead by more than 5 percentage points with each of five seeds")),
        ),
        1, "Shapes stand anywhere in these pictures: a filter learns an edge once for all places.",
        perceptron_or_cnn, has_luck=True, seconds=8.0,
    ),
)  # fmt: skip
