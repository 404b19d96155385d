"""A race as one PyTorch script that needs nothing of Chalknet and gives the same losses for every contestant."""

import re
from dataclasses import replace

from core.optimizers.race import Contestants, RaceError
from core.receipts import training_script as receipts
from core.receipts.sections import Section, as_script, whole
from core.specs import RunSpec

_MODEL_BEGIN = re.compile(r"\ntorch\.manual_seed\(seed\).*", re.DOTALL)


def script(base: RunSpec, contestants: Contestants, seeds: list[int]) -> str:
    """The whole script.

    Parameters
    ----------
    base : RunSpec
        All settings but the optimizer and the seed.
    contestants : dict of str to optimizer spec
    seeds : list of int

    Raises
    ------
    RaceError
        If there is no contestant or no seed.
    """
    return as_script(sections(base, contestants, seeds))


def sections(base: RunSpec, contestants: Contestants, seeds: list[int]) -> list[Section]:
    """The parts of the script in order; its ``losses[name, seed]`` are those of the runs."""
    if not contestants or not seeds:
        raise RaceError("A race needs a contestant and a seed.")
    settings, pictures, prepare, network, *_ = receipts.sections(base)
    return whole(
        [
            replace(settings, code=_shared(settings.code, base)),
            pictures,
            prepare,
            replace(network, code=_MODEL_BEGIN.sub("", network.code).rstrip()),
            Section("The same beginning for every contestant", _beginning(network.code)),
            Section("The contestants: only this line differs", _contestants(contestants)),
            Section("The race", _race(base, seeds)),
        ]
    )


def _shared(code: str, base: RunSpec) -> str:
    """The hyper-parameters that all share."""
    own = {*receipts.optimizer_variables(base.optimizer_at(0)), f"seed = {base.random_state}"}
    return "\n".join(line for line in code.split("\n") if line not in own)


def _beginning(network: str) -> str:
    """A function that makes the network: the seed decides its initial weights, whatever the optimizer will be."""
    found = _MODEL_BEGIN.search(network)
    assert found is not None, "every network's section seeds and builds it"
    lines = found.group(0).strip().split("\n")
    build = [line for line in lines if not line.startswith(("X_train", "X_test"))]
    pictures = [line for line in lines if line.startswith(("X_train", "X_test"))]
    body = "\n".join(f"    {line}" for line in build)
    made = f"def new_network(seed):\n{body}\n    return model"
    return "\n".join([*pictures, *([""] * 2 if pictures else []), made])


def _contestants(contestants: Contestants) -> str:
    lines = []
    for name, optimizer in contestants.items():
        call = receipts.optimizer_call(optimizer, repr(optimizer.learning_rate), {})
        lines.append(f"    {name!r}: lambda model: {call},")
    return "\n".join(["contestants = {", *lines, "}", "criterion = nn.CrossEntropyLoss()"])


def _race(base: RunSpec, seeds: list[int]) -> str:
    schedule = receipts.schedule_lines(base)
    loop = [
        f"seeds = {seeds!r}",
        "losses, accuracies = {}, {}",
        "for seed in seeds:",
        "    for name, new_optimizer in contestants.items():",
        "        model = new_network(seed)",
        "        optimizer = new_optimizer(model)",
        *(f"        {line}" for line in schedule),
        "        shuffling = torch.Generator().manual_seed(seed)  # the order of the pictures",
        "        losses[name, seed] = []",
        "        for epoch in range(num_epochs):",
        "            model.train()",
        "            for batch in torch.randperm(len(X_train), generator=shuffling).split(batch_size):",
        "                images, labels = X_train[batch], y_train[batch]",
        *(f"                {line}" for line in receipts.fast(base, "outputs = model(images)",
                                                             "loss = criterion(outputs, labels)")),
        "                optimizer.zero_grad()",
        "                loss.backward()",
        "                optimizer.step()",
        *(["                scheduler.step()"] if schedule else []),
        "                losses[name, seed].append(loss.item())",
        "                if not np.isfinite(loss.item()):  # diverged",
        "                    break",
        "            if not np.isfinite(losses[name, seed][-1]):",
        "                break",
        "        model.eval()",
        "        with torch.no_grad():",
        "            correct = 0",
        "            for images, labels in zip(X_test.split(100), y_test.split(100)):",
        *(f"                {line}" for line in receipts.fast(base, "outputs = model(images)")),
        "                correct += (outputs.argmax(1) == labels).sum().item()",
        "        accuracies[name, seed] = correct / len(y_test)",
        "        print('{}, seed {}: last loss {:.4f}, test accuracy {:.1f} %'.format(",
        "            name, seed, losses[name, seed][-1], 100 * accuracies[name, seed]))",
    ]  # fmt: skip
    return "\n".join(loop)
