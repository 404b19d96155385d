"""Votes on Question 1: the loss of a network that knows nothing, its parameters, its gradients, its learning rate."""

from core.specs import MLPSpec
from core.specs.optimizers import SGDSpec
from core.votes.sources import COMMON_MISTAKES, DEEP_LEARNING, measured, of_shapes
from core.votes.trained import accuracy
from core.votes.vote import Measured, Option, Outcome, Vote

RATES = (0.00001, 0.01, 3.0)


def loss_of_equal_probabilities(random_state: int) -> Outcome:
    """Cross-entropy of ten equal logits."""
    import torch

    loss = torch.nn.functional.cross_entropy(torch.zeros(1, 10), torch.tensor([3])).item()
    return Outcome(f"{loss:.2f}", (Measured("cross-entropy", loss),))


def parameters_of_first_layer(random_state: int) -> Outcome:
    """Of the handout's ``linear1`` with H = 128."""
    import torch

    from core.models.build import count_parameters

    n = count_parameters(torch.nn.Linear(3 * 32 * 32, 128, device="meta"))  # no numbers are drawn for it
    return Outcome(f"{n:,}", (Measured("parameters", n),))


def loss_of_log_softmax_twice(random_state: int) -> Outcome:
    """CrossEntropyLoss of logits, and of their log_softmax, as the handout's network gives it."""
    import torch

    generator = torch.Generator().manual_seed(random_state)
    logits = 5 * torch.randn(100, 10, generator=generator, dtype=torch.float64)
    labels = torch.randint(10, (100,), generator=generator)
    of = torch.nn.CrossEntropyLoss()
    once, twice = of(logits, labels).item(), of(logits.log_softmax(dim=1), labels).item()
    is_same = abs(once - twice) < 1e-12
    answer = "The same" if is_same else "Larger" if twice > once else "Smaller"
    return Outcome(answer, (Measured("without log_softmax", once), Measured("with log_softmax", twice)))


def smallest_loss_behind_softmax(random_state: int) -> Outcome:
    """CrossEntropyLoss of probabilities that are all right and certain: it takes them for logits."""
    import torch

    certain = torch.eye(10, dtype=torch.float64)
    loss = torch.nn.functional.cross_entropy(certain, torch.arange(10)).item()
    return Outcome(f"{loss:.2f}", (Measured("cross-entropy", loss),))


def what_moves_from_zero(random_state: int) -> Outcome:
    """One step of SGD of the handout's network whose weights and biases all are 0."""
    import torch

    from core.models.handout import MultiLayerFCNet

    model = MultiLayerFCNet(20, 8, 10)
    for parameter in model.parameters():
        torch.nn.init.zeros_(parameter)
    generator = torch.Generator().manual_seed(random_state)
    inputs, labels = torch.randn(32, 20, generator=generator), torch.arange(32) % 7
    torch.nn.functional.cross_entropy(model(inputs), labels).backward()
    torch.optim.SGD(model.parameters(), lr=0.1).step()
    moved = {name: int((p != 0).sum()) for name, p in model.named_parameters()}
    some = {name for name, n in moved.items() if n}
    if some == {"linear4.bias"}:
        answer = "Only the biases of the last layer"
    elif not some:
        answer = "Nothing"
    else:
        answer = "The last layer" if all(name.startswith("linear4") for name in some) else "All layers"
    return Outcome(answer, tuple(Measured(name, n, "numbers moved") for name, n in moved.items()))


def gradient_without_zero_grad(random_state: int) -> Outcome:
    """``backward()`` twice on one batch, without ``zero_grad()`` between."""
    import torch

    weight = torch.ones(1, dtype=torch.float64, requires_grad=True)
    found = []
    for _ in range(2):
        (3 * weight).sum().backward()
        assert weight.grad is not None
        found.append(weight.grad.item())
    names = {2.0: "Twice as large", 1.0: "The same", 0.0: "Zero"}
    first, second = found
    return Outcome(
        names[second / first], (Measured("after the first", first), Measured("after the second", second))
    )


def best_rate(random_state: int) -> Outcome:
    """A small perceptron on digits with three learning rates."""
    names = {f"{rate:g}" if rate >= 0.001 else f"{rate:.5f}": rate for rate in RATES}
    scores = {
        name: accuracy("digits", MLPSpec(H=32), SGDSpec(learning_rate=rate), n_train=600, n_test=300, n_epochs=4,
                       random_state=random_state, name=name)
        for name, rate in names.items()
    }  # fmt: skip
    best = max(scores, key=lambda name: scores[name])
    return Outcome(best, tuple(Measured(name, score, "%") for name, score in scores.items()))


VOTES = (
    Vote(
        "perceptron-loss-1", "perceptron",
        "A new network gives each of 10 classes the same probability. What is its cross-entropy loss?",
        (
            Option("0.10", "The loss is the probability of the right class.",
                   measured("0.10 is the probability; the loss is minus its natural logarithm")),
            Option("0.90", "The loss is the share of wrong answers.",
                   measured("0.90 is the error rate of answers drawn at random among 10 classes, not a cross-entropy")),
            Option("2.30"),
            Option("1.00", "The logarithm is to the base 10.",
                   measured("minus log10 of 0.10 is 1.00; PyTorch's loss has the natural logarithm")),
        ),
        2, "-ln(1/10) = 2.30: a run whose first loss is far from it has a fault before it has learnt anything.",
        loss_of_equal_probabilities,
    ),
    Vote(
        "perceptron-parameters-1", "perceptron",
        "A picture of 3 x 32 x 32 numbers goes into a linear layer of 128 units. How many parameters has the layer?",
        (
            Option("393,216", "The biases are no parameters.", of_shapes("bias_forgotten")),
            Option("3,200", "Each number that comes in and each unit brings one parameter.",
                   of_shapes("sum_for_product")),
            Option("393,217", "The layer has one bias.", of_shapes("one_bias")),
            Option("393,344"),
        ),
        3, "3,072 x 128 weights and a bias per unit: (3,072 + 1) x 128.", parameters_of_first_layer,
    ),
    Vote(
        "perceptron-log-softmax-1", "perceptron",
        "The handout's network ends in log_softmax, and CrossEntropyLoss applies log_softmax once more. "
        "The loss is then ...",
        (
            Option("The same"),
            Option("Larger", "What is applied twice counts twice.",
                   f"Softmax before this loss is one of the usual bugs ({COMMON_MISTAKES}); log_softmax is harmless"),
            Option("Smaller", "Each log_softmax brings the numbers closer together, as softmax does.",
                   f"Softmax before this loss is one of the usual bugs ({COMMON_MISTAKES}); log_softmax is harmless"),
        ),
        0, "log_softmax of a log_softmax is itself: its exponentials already add up to 1. The layer is only redundant.",
        loss_of_log_softmax_twice,
    ),
    Vote(
        "perceptron-softmax-1", "perceptron",
        "A network ends in softmax, and CrossEntropyLoss takes that for logits. All 10 classes are predicted right, "
        "with probability 1. What is the loss?",
        (
            Option("0.00", "A perfect prediction has loss 0, whatever stands before the loss.",
                   f"{COMMON_MISTAKES} lists softmax outputs in a loss that expects logits among the usual bugs"),
            Option("1.46"),
            Option("2.30", "Such a network can't get better than equal probabilities.",
                   measured("2.30 is the loss of ten equal probabilities; certain ones give less")),
            Option("1.00", "The loss is the distance between the probability 1 and the logit 0.",
                   measured("1.00 is the difference of the two numbers that go in; the loss is ln(e + 9) - 1")),
        ),
        1, "The loss softmaxes 1 and nine times 0 again: -ln(e / (e + 9)) = 1.46. It can never reach 0.",
        smallest_loss_behind_softmax,
    ),
    Vote(
        "perceptron-zeros-1", "perceptron",
        "All weights and biases of the handout's network (ReLU) are set to 0. What does the first step of SGD move?",
        (
            Option("All layers", "Gradients are there from the first batch on; the start does not matter.",
                   f"{DEEP_LEARNING}, section 8.4: first weights have to break the symmetry between units"),
            Option("The last layer", "Only gradients of hidden layers have to pass through zeros.",
                   measured("the last layer's weights get a gradient of 0 too, as 0 comes in from the hidden units")),
            Option("Only the biases of the last layer"),
            Option("Nothing", "Where everything is 0, every gradient is 0.",
                   measured("the last biases' gradient is softmax minus label, which needs no weight")),
        ),
        2, "Hidden units give 0, so the last weights have gradient 0; those weights are 0, so nothing reaches the "
           "layers before. Only the last biases see the labels.",
        what_moves_from_zero,
    ),
    Vote(
        "perceptron-zero-grad-1", "perceptron",
        "loss.backward() is called twice on the same batch, without zero_grad() between, and nothing else changes. "
        "What is weight.grad after the second call, compared with the first?",
        (
            Option("The same", "backward() writes the gradient anew.",
                   f"{COMMON_MISTAKES} lists a forgotten zero_grad() among the usual bugs"),
            Option("Twice as large"),
            Option("Zero", "The second call finds nothing left to correct.",
                   measured("no step was taken, so the loss and its gradient are as before")),
        ),
        1, "backward() adds to what is there: without zero_grad() each step follows the sum of all gradients so far.",
        gradient_without_zero_grad,
    ),
    Vote(
        "perceptron-rate-1", "perceptron",
        "A small perceptron learns 600 digits for 4 epochs with SGD and momentum 0.9. Which learning rate classifies "
        "most held-out digits correctly?",
        (
            Option("0.00001", "Small steps are the safe choice: they get there in any case.",
                   measured("in 4 epochs this rate hardly leaves the start, with each of five seeds")),
            Option("0.01"),
            Option("3", "The larger the step, the faster the learning.",
                   measured("this rate learns nothing that lasts, with each of five seeds")),
        ),
        1, "Too small a rate has not got anywhere yet, too large a rate jumps over everything.",
        best_rate, has_luck=True, seconds=2.0,
    ),
)  # fmt: skip
