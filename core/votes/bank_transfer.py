"""Votes on Question 5: what freezing freezes, what ResNet-18 hands on, and when old layers help with a new task."""

from core.votes.compared import BOTH_ALIKE, compared
from core.votes.sources import BATCH_NORM, PYTORCH_AUTOGRAD, PYTORCH_OPTIM, RESNET, YOSINSKI, measured, of_shapes
from core.votes.transferred import FROZEN, SCRATCH, frozen_and_scratch
from core.votes.vote import Measured, Option, Outcome, Vote


def trained_when_frozen(random_state: int) -> Outcome:
    """ResNet-18 with 4 classes, all but its last layer frozen."""
    from core.models.drawing import seeded
    from core.models.resnet import backbone_parameters, resnet18

    with seeded(random_state):
        model = resnet18(4)
    for parameter in backbone_parameters(model):
        parameter.requires_grad_(False)
    n_all = sum(p.numel() for p in model.parameters())
    n = sum(p.numel() for p in model.parameters() if p.requires_grad)
    return Outcome(f"{n:,}", (Measured("trained", n, "parameters"), Measured("frozen", n_all - n, "parameters")))


def numbers_to_the_head(random_state: int) -> Outcome:
    """What ResNet-18's last layer gets of a picture of 3 x 224 x 224."""
    import torch

    from core.models.drawing import seeded
    from core.models.resnet import features, resnet18

    with seeded(random_state), torch.no_grad():
        n = features(resnet18(10).eval(), torch.zeros(1, 3, 224, 224)).shape[1]
    return Outcome(f"{n:,}", (Measured("numbers", n),))


def last_maps_of_small_pictures(random_state: int) -> Outcome:
    """The maps before the average, of a picture of 32 x 32."""
    import torch

    from core.models.drawing import seeded
    from core.models.resnet import resnet18

    sides: list[int] = []
    with seeded(random_state), torch.no_grad():
        model = resnet18(10).eval()
        model.layer4.register_forward_hook(lambda module, inputs, out: sides.extend(out.shape[-2:]))
        model(torch.zeros(1, 3, 32, 32))
    return Outcome(f"{sides[0]} x {sides[1]}", (Measured("height", sides[0]), Measured("width", sides[1])))


def batch_norm_of_frozen(random_state: int) -> Outcome:
    """A frozen batch norm in ``train()`` sees a batch; no optimizer takes a step."""
    import torch

    norm = torch.nn.BatchNorm2d(3).requires_grad_(False).train()
    assert norm.running_mean is not None
    before, weights = norm.running_mean.clone(), norm.weight.clone()
    norm(5 + torch.randn(8, 3, 4, 4, generator=torch.Generator().manual_seed(random_state)))
    moved, learnt = not torch.equal(before, norm.running_mean), not torch.equal(weights, norm.weight)
    answer = "Its running mean and variance" if moved and not learnt else "Nothing" if not moved else "All of it"
    return Outcome(answer, (Measured("running mean before", before[0].item()),
                            Measured("running mean after", norm.running_mean[0].item())))  # fmt: skip


def gradient_of_frozen(random_state: int) -> Outcome:
    """``.grad`` of a frozen layer's weights after ``backward()``."""
    import torch

    from core.models.drawing import seeded

    with seeded(random_state):
        frozen, trained = torch.nn.Linear(4, 3), torch.nn.Linear(3, 2)
        for parameter in frozen.parameters():
            parameter.requires_grad_(False)
        trained(frozen(torch.randn(5, 4))).sum().backward()
    grad = frozen.weight.grad
    have = tuple(
        Measured(f"{name} layer's gradients", sum(parameter.grad is not None for parameter in layer.parameters()))
        for name, layer in (("frozen", frozen), ("trained", trained))
    )
    if grad is None:
        return Outcome("None", have)
    return Outcome("A tensor of zeros" if not grad.any() else "Its gradient, which the optimizer then skips", have)


def zeroed_gradients(random_state: int) -> Outcome:
    """A weight of 5 "frozen" by a gradient of 0, in SGD with weight decay."""
    import torch

    weight = torch.tensor([5.0], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([weight], lr=0.1, weight_decay=0.1)
    weight.grad = torch.zeros_like(weight)
    optimizer.step()
    after = weight.item()
    answer = "It shrinks" if after < 5 else "It stays" if after == 5 else "It grows"
    return Outcome(answer, (Measured("before", 5.0), Measured("after one step", after)))


def same_pictures_new_names(random_state: int) -> Outcome:
    """Digits with other names, 2 labelled pictures per class."""
    return compared(frozen_and_scratch(2, is_mirrored=False, random_state=random_state))


def mirrored_pictures(random_state: int) -> Outcome:
    """Digits in the mirror, 5 labelled pictures per class."""
    return compared(frozen_and_scratch(5, is_mirrored=True, random_state=random_state))


VOTES = (
    Vote(
        "transfer-trained-1", "transfer",
        "ResNet-18 gets a new last layer for 4 classes, and all layers before it are frozen. How many parameters are "
        "trained?",
        (
            Option("2,048", "The new layer has weights only.", of_shapes("bias_forgotten")),
            Option("2,052"),
            Option("11,178,564", "Frozen layers still learn, only slowly.",
                   f"{PYTORCH_AUTOGRAD}: what has requires_grad=False gets no gradient at all"),
        ),
        1, "512 weights and a bias for each of 4 classes; the other 11 million stay as they are.", trained_when_frozen,
    ),
    Vote(
        "transfer-features-1", "transfer",
        "A picture of 3 x 224 x 224 goes through ResNet-18. How many numbers does its last layer get?",
        (
            Option("25,088", "The last maps (512 x 7 x 7) are flattened.",
                   f"{RESNET}: they are averaged over all places first"),
            Option("150,528", "The last layer sees the whole picture.",
                   measured("150,528 are the picture's own numbers: 3 x 224 x 224")),
            Option("512"),
            Option("1,000", "It gets one number per class of ImageNet.",
                   f"{RESNET}: the 1,000 are what the last layer gives, not what it gets"),
        ),
        2, "512 maps, each averaged to one number. These 512 are all that a new last layer can learn from.",
        numbers_to_the_head,
    ),
    Vote(
        "transfer-small-1", "transfer",
        "Pictures of 32 x 32 go into ResNet-18 without being enlarged. How large are the last maps, before the "
        "average?",
        (
            Option("7 x 7", "The network's maps have their size whatever comes in.",
                   f"{RESNET}, table 1: 7 x 7 is for pictures of 224 x 224; each side is divided by 32"),
            Option("2 x 2", "Sides are halved four times.",
                   measured("the first convolution, the pooling and three of the four stages halve: five times")),
            Option("1 x 1"),
        ),
        2, "32 halved five times: one place is left, and nothing to average. That is why small pictures are enlarged.",
        last_maps_of_small_pictures,
    ),
    Vote(
        "transfer-batch-norm-1", "transfer",
        "requires_grad is False for a batch norm layer, and model.train() was called. A batch goes through; no step "
        "is taken. What of that layer changes?",
        (
            Option("Nothing", "Without gradients nothing can change.",
                   f"{BATCH_NORM}: its running values follow the batches, not gradients"),
            Option("Its running mean and variance"),
            Option("All of it", "train() undoes the freezing.",
                   measured("scale and shift keep their values; train() doesn't touch requires_grad")),
        ),
        1, "Running values move with every batch in train(). Frozen stages belong in eval().", batch_norm_of_frozen,
    ),
    Vote(
        "transfer-gradient-1", "transfer",
        "A frozen layer (requires_grad=False) has gone through loss.backward(). What is its weight.grad?",
        (
            Option("A tensor of zeros", "Frozen means that the gradient is 0.",
                   f"{PYTORCH_AUTOGRAD}: no gradient is accumulated there, so there is none"),
            Option("Its gradient, which the optimizer then skips", "Only the optimizer knows what is frozen.",
                   f"{PYTORCH_AUTOGRAD}: no gradient is accumulated there, which saves time and memory"),
            Option("None"),
        ),
        2, "Nothing is computed for it, which also makes freezing fast; and an optimizer skips what has None.",
        gradient_of_frozen,
    ),
    Vote(
        "transfer-decay-1", "transfer",
        "Somebody freezes a weight of 5 by setting its gradient to 0 before each step of SGD with weight decay 0.1. "
        "What does the weight do?",
        (
            Option("It stays", "No gradient, no step.",
                   f"{PYTORCH_OPTIM}: a step with a gradient of 0 is not the same as one with None, which is skipped"),
            Option("It shrinks"),
            Option("It grows", "Weight decay is taken away with the gradient, and what is left pulls outwards.",
                   measured("5 becomes 4.95 in one step with learning rate 0.1")),
        ),
        1, "Weight decay adds 0.1 times the weight to the gradient, also to one of 0.", zeroed_gradients,
    ),
    Vote(
        "transfer-near-1", "transfer",
        "A perceptron has learnt 1,000 digits. In a new task the same ten digits have other names, with 2 labelled "
        "pictures per class. What classifies more held-out pictures correctly?",
        (
            Option(SCRATCH, "Another task needs a network that is not spoilt by the old one.",
                   f"{YOSINSKI}: features of a near task help"),
            Option(BOTH_ALIKE, "With 20 pictures nothing can be learnt anyway.",
                   measured("the frozen layers are ahead by more than 10 percentage points with each of five seeds")),
            Option(FROZEN),
        ),
        2, "The hidden layers already pull digits apart; two pictures per class only have to name the heaps.",
        same_pictures_new_names, has_luck=True, seconds=5.0,
    ),
    Vote(
        "transfer-far-1", "transfer",
        "A perceptron has learnt 1,000 digits. In the new task they are mirrored, with 5 labelled pictures per "
        "class. What classifies more held-out pictures correctly?",
        (
            Option(FROZEN, "Layers that were trained are always better than random ones.",
                   f"{YOSINSKI}: the farther the tasks, the less features can be transferred"),
            Option(SCRATCH),
            Option(BOTH_ALIKE, "A mirrored digit is the same to a network.",
                   measured("learning from random weights is ahead by more than 5 percentage points with each of "
                            "five seeds")),
        ),
        1, "A perceptron's first layer is tied to places. What it has learnt doesn't fit mirrored strokes, and "
           "frozen layers can't learn them.",
        mirrored_pictures, has_luck=True, seconds=5.0,
    ),
)  # fmt: skip
