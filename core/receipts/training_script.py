"""A run as a short PyTorch script in the handout's style, which needs nothing of Chalknet and gives the same losses."""

from collections.abc import Mapping

from core.receipts import pictures
from core.receipts.networks import begin, network_code
from core.receipts.sections import Section
from core.specs import AnyOptimizerSpec, RunSpec
from core.specs.schedules import CosineSpec, StepSpec, WarmUpSpec


def sections(spec: RunSpec, *, n_steps: int | None = None) -> list[Section]:
    """The parts of the script in order."""
    n_steps = n_steps or None  # a run without a batch has only its settings to show
    whole_epochs = n_steps is None or n_steps % -(-spec.data.n_train // spec.batch_size) == 0
    n_epochs = spec.n_epochs
    if n_steps is not None:
        n_epochs = max(1, -(-n_steps // -(-spec.data.n_train // spec.batch_size)))
    return [
        Section("Hyper-parameters", _hyper_parameters(spec, n_epochs)),
        pictures.section(spec.data),
        Section("What ToTensor() and Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5)) do, for all at once", _PREPARE),
        Section("The network", f"{network_code(spec.model).definition}\n\n\n{begin(spec.model)}"),
        Section("Loss and optimizer", _optimizer(spec)),
        Section("Training", _training(spec, n_epochs, None if whole_epochs else n_steps)),
        Section("Test", _test(spec)),
    ]


def _hyper_parameters(spec: RunSpec, n_epochs: int) -> str:
    lines = [
        *(["import math", ""] if spec.schedule.kind == "cosine" else []),
        "import numpy as np",
        "import torch",
        "import torch.nn as nn",
        *network_code(spec.model).imports,
        "",
        f"num_epochs = {n_epochs}",
        f"batch_size = {spec.batch_size}",
        *optimizer_variables(spec.optimizer_at(0)),
        *network_code(spec.model).settings,
        f"seed = {spec.random_state}",
        f'device = torch.device("{spec.device}")',
        *thread_lines(spec, n_epochs),
    ]
    return "\n".join(lines)


_PREPARE = """\
def prepare(images):
    images = torch.from_numpy(np.ascontiguousarray(images.transpose(0, 3, 1, 2)))  # (n, 3, 32, 32)
    return images.float().div(255).sub(0.5).div(0.5)


X_train, y_train = prepare(train_images).to(device), torch.from_numpy(train_labels).long().to(device)
X_test, y_test = prepare(test_images).to(device), torch.from_numpy(test_labels).long().to(device)"""


def _optimizer(spec: RunSpec) -> str:
    optimizer = spec.optimizer_at(0)
    call = optimizer_call(optimizer, "learning_rate", optimizer.headline_values())
    lines = ["criterion = nn.CrossEntropyLoss()", f"optimizer = {call}"]
    if optimizer.fused:
        lines[-1] += "  # fused: all weights in one pass"
    return "\n".join(lines + schedule_lines(spec))


def thread_lines(spec: RunSpec, n_epochs: int) -> list[str]:
    """The lines that say how many threads there are, or in each epoch were."""
    why = "sums are split by threads: another number rounds differently"
    each = _threads_of_epochs(spec, n_epochs)
    if len(set(each)) == 1:
        return [f"torch.set_num_threads({each[0]})  # {why}"]
    return [f"n_threads = {each!r}  # of each epoch; {why}"]


def thread_lines_of_an_epoch(spec: RunSpec, n_epochs: int) -> list[str]:
    """A line at the head of an epoch, where epochs differ in their threads."""
    is_constant = len(set(_threads_of_epochs(spec, n_epochs))) == 1
    return [] if is_constant else ["    torch.set_num_threads(n_threads[epoch])"]


def _threads_of_epochs(spec: RunSpec, n_epochs: int) -> list[int]:
    """What was recorded; where nothing was, as before, and one at first."""
    each: list[int] = []
    for epoch in range(n_epochs):
        each.append(spec.threads_at(epoch) or (each[-1] if each else 1))
    return each


def optimizer_variables(optimizer: AnyOptimizerSpec) -> list[str]:
    """The lines that name the learning rate, and what the optimizer's record says is named beside it."""
    named = {"learning_rate": optimizer.learning_rate, **optimizer.headline_values()}
    return [f"{name} = {value!r}" for name, value in named.items()]


def schedule_lines(spec: RunSpec) -> list[str]:
    """Lines that change the learning rate with each batch; none where it is constant."""
    match spec.schedule:
        case StepSpec(every=every, gamma=gamma):
            told = f"{gamma!r} ** (step // steps_per_epoch // {every})"
        case CosineSpec():
            told = f"(1 + math.cos(math.pi * step / (steps_per_epoch * {spec.n_epochs}))) / 2"
        case WarmUpSpec(epochs=epochs):
            told = f"min(1.0, (step + 1) / (steps_per_epoch * {epochs}))"
        case _:
            return []
    return [
        "steps_per_epoch = -(-len(X_train) // batch_size)",
        f"scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: {told})",
    ]


def optimizer_call(optimizer: AnyOptimizerSpec, rate: str, variables: Mapping[str, float | bool]) -> str:
    """The line that makes it; an argument whose value a variable of the script has is written as that variable."""
    given = [
        f"{name}={name if variables.get(name) == value else repr(value)}"
        for name, value in optimizer.script_arguments().items()
    ]
    return f"torch.optim.{optimizer.torch_class}({', '.join(['model.parameters()', f'lr={rate}', *given])})"


def _branches(spec: RunSpec) -> list[str]:
    """Lines at the head of an epoch: where the run went on from another one's epoch with a new optimizer."""
    lines, variables = [], spec.optimizer_at(0).headline_values()
    for part in spec.earlier:
        optimizer = spec.optimizer_at(part.until_epoch)
        lines += [
            f"    if epoch == {part.until_epoch}:  # here this run branched off: a new optimizer goes on",
            f"        optimizer = {optimizer_call(optimizer, repr(optimizer.learning_rate), variables)}",
        ]
    return lines


def _training(spec: RunSpec, n_epochs: int, n_steps: int | None) -> str:
    forward = fast(spec, "outputs = model(images)", "loss = criterion(outputs, labels)")
    loop = [
        "shuffling = torch.Generator().manual_seed(seed)  # the order of the pictures",
        "loss_list = []",
        "for epoch in range(num_epochs):",
        *_branches(spec),
        *thread_lines_of_an_epoch(spec, n_epochs),
        "    model.train()",
        "    batch_loss = 0",
        "    total_batches = 0",
        "    for batch in torch.randperm(len(X_train), generator=shuffling).split(batch_size):",
        "        images, labels = X_train[batch], y_train[batch]",
        *(f"        {line}" for line in forward),
        "        optimizer.zero_grad()",
        "        loss.backward()",
        "        optimizer.step()",
        *(["        scheduler.step()"] if spec.schedule.kind != "constant" else []),
        "        total_batches += 1",
        "        batch_loss += loss.item()",
        "        loss_list.append(loss.item())",
    ]
    if n_steps is not None:
        loop += [
            f"        if len(loss_list) == {n_steps}:  # here this run was stopped",
            "            break",
        ]
    loop.append(
        "    print('Epoch [{}/{}], average loss: {:.4f}'.format(epoch + 1, num_epochs, batch_loss / total_batches))"
    )
    return "\n".join(loop)


def _test(spec: RunSpec) -> str:
    lines = [
        "model.eval()",
        "with torch.no_grad():",
        "    correct = 0",
        "    for images, labels in zip(X_test.split(100), y_test.split(100)):",
        *(f"        {line}" for line in fast(spec, "outputs = model(images)")),
        "        _, predicted = torch.max(outputs.data, 1)",
        "        correct += (predicted == labels).sum().item()",
        "",
        "print('Accuracy of the network on the {} test images: {:.1f} %'.format("
        "len(y_test), 100 * correct / len(y_test)))",
    ]
    return "\n".join(lines)


def fast(spec: RunSpec, *lines: str) -> list[str]:
    """Lines of arithmetic, under autocast where the run was."""
    if spec.precision == "float32":
        return list(lines)
    return ["with torch.autocast(device.type, dtype=torch.bfloat16):", *(f"    {line}" for line in lines)]
