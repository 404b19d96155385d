"""A transfer run as a PyTorch script in the style of the tutorial that the handout follows.

It needs nothing of Chalknet. Its losses are the run's: bit for bit where gradients go through the network, and to 1e-5
where the lab computed frozen features in larger batches. With augmentation the script draws its own views.
"""

import io
from dataclasses import replace
from functools import partial

from core.receipts import pictures
from core.receipts import training_script as receipts
from core.receipts.sections import Attachment, Section, whole
from core.specs.models import STAGES
from core.specs.transfer import ALL_BUT_HEAD, PickedDataSpec, TransferSpec
from core.transfer import pretrained

WEIGHTS_FILE = "resnet18_weights.pt"
_PREPARED = "Resize, ToTensor, and Normalize with ImageNet's means and spreads, for all at once"


def needs_weights_file(spec: TransferSpec) -> bool:
    """Whether the script reads its weights from ``WEIGHTS_FILE`` because no package has them."""
    return spec.weights.source in ("file", "here")


def weights_file(sha256: str) -> bytes:
    """The kept weights of a hash as ``torch.save`` writes them.

    Raises
    ------
    core.transfer.pretrained.PretrainedError
        If they are not here, or damaged.
    """
    import torch

    buffer = io.BytesIO()
    torch.save(pretrained.load(sha256), buffer)
    return buffer.getvalue()


def sections(spec: TransferSpec, *, n_steps: int | None = None) -> list[Section]:
    """The parts of the script in order.

    Parameters
    ----------
    spec : TransferSpec
    n_steps : int, optional
        Batches after which the run ended, where that was by Stop or by the clock rather than by its epochs.
    """
    return whole(
        [
            Section("Hyper-parameters", _hyper_parameters(spec)),
            _pictures(spec.data, spec.side),
            Section(_PREPARED, _prepare(spec)),
            Section(f"The network: {spec.strategy}", _network(spec), _weights(spec)),
            Section("Loss and optimizer", _optimizer(spec)),
            Section("Training", _training(spec, n_steps)),
        ]
    )


def _hyper_parameters(spec: TransferSpec) -> str:
    lines = [
        "import numpy as np",
        "import torch",
        "import torch.nn as nn",
        "from torchvision import models",
        "from torchvision.transforms import v2 as transforms",
        "",
        f"num_epochs = {spec.n_epochs}",
        f"batch_size = {spec.batch_size}",
        *receipts.optimizer_variables(spec.optimizer),
    ]
    if spec.weights.source != "random" and spec.frozen_stages < ALL_BUT_HEAD:
        lines.append(f"low_learning_rate = {spec.backbone_learning_rate!r}  # of the pretrained part")
    lines += [
        f"side = {spec.side}",
        f"seed = {spec.random_state}",
        f'device = torch.device("{spec.device}")',
        *receipts.thread_lines(spec, spec.n_epochs),
    ]
    return "\n".join(lines)


def _pictures(data: PickedDataSpec, side: int) -> Section:
    section = pictures.section(data, side=side)
    if pictures.needs_data_file(data):  # the file holds the picked ones
        return section
    names = f"{data.classes!r}" if data.classes else "tuple(classes)"
    first = "" if data.per_class is None else f"[:{data.per_class}]"
    picked = (
        "\n\n"
        "# The classes of this run, and the first pictures of each\n"
        f"class_names = {names}\n"
        "old = [list(classes).index(name) for name in class_names]\n"
        f"train = np.sort(np.concatenate([np.flatnonzero(train_labels == k){first} for k in old]))\n"
        "test = np.flatnonzero(np.isin(test_labels, old))\n"
        "train_images, train_labels = train_images[train], np.array([old.index(k) for k in train_labels[train]])\n"
        "test_images, test_labels = test_images[test], np.array([old.index(k) for k in test_labels[test]])\n"
        "classes = class_names"
    )
    return replace(section, code=section.code + picked)


def _prepare(spec: TransferSpec) -> str:
    lines = [
        "normalize = transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])",
        "resize = transforms.Resize(side, antialias=True)",
    ]
    steps = []
    if spec.augmentation.crop:
        steps.append(f"transforms.RandomResizedCrop(side, scale=({spec.augmentation.smallest!r}, 1), antialias=True)")
    if spec.augmentation.flip:
        steps.append("transforms.RandomHorizontalFlip()")
    if steps:
        if not spec.augmentation.crop:
            steps.insert(0, "resize")
        lines.append(f"augment = transforms.Compose([{', '.join(steps)}])")
    train = "" if steps else "resize"
    return "\n".join(lines) + (
        "\n\n\n"
        "def prepare(images):\n"
        "    images = torch.from_numpy(np.ascontiguousarray(images.transpose(0, 3, 1, 2)))  # (n, 3, h, w)\n"
        "    return normalize(images.float().div(255))\n\n\n"
        f"X_train = {train}(prepare(train_images)).to(device, memory_format=torch.channels_last)\n"
        "X_test = resize(prepare(test_images)).to(device, memory_format=torch.channels_last)\n"
        "y_train, y_test = torch.from_numpy(train_labels).long().to(device), "
        "torch.from_numpy(test_labels).long().to(device)"
    )


def _weights(spec: TransferSpec) -> tuple[Attachment, ...]:
    if not needs_weights_file(spec):
        return ()
    sha256 = spec.weights.sha256
    missing = "" if pretrained.is_stored(sha256) else f"The weights {sha256[:8]} are not on this machine (any more)."
    return (Attachment(WEIGHTS_FILE, "holds the weights", partial(weights_file, sha256), missing),)


def _network(spec: TransferSpec) -> str:
    source = spec.weights.source
    if source == "random":
        # The number of classes counts: torchvision draws the last layer before it draws the convolutions anew
        lines = ["torch.manual_seed(seed)", "model = models.resnet18(num_classes=len(classes))  # random weights"]
    elif source == "imagenet":
        lines = ["model = models.resnet18(weights='IMAGENET1K_V1')"]
    else:
        lines = [
            "model = models.resnet18()",
            f'weights = torch.load(beside("{WEIGHTS_FILE}"), weights_only=True)',
            "parts = []",
            "for name, values in sorted(weights.items()):",
            '    parts += [f"{name} {tuple(values.shape)}".encode(), values.numpy().tobytes()]',
            f'check("{WEIGHTS_FILE}", "{spec.weights.sha256}", *parts)',
            "missing, unexpected = model.load_state_dict(weights, strict=False)",
            "assert missing == ['fc.weight', 'fc.bias'] and not unexpected",
        ]
    frozen = spec.frozen_stages
    parts = [*(["conv1", "bn1"] if frozen else []), *STAGES[1:frozen]]
    if frozen:
        listed = ", ".join(f"model.{part}" for part in parts)
        lines += [
            f"frozen = [{listed}]",
            "for part in frozen:",
            "    part.requires_grad_(False)",
        ]
    lines += [
        "torch.manual_seed(seed)",
        "num_ftrs = model.fc.in_features",
        "model.fc = nn.Linear(num_ftrs, len(classes))  # the new head",
        "model = model.to(device, memory_format=torch.channels_last)",
    ]
    if _head_is_exact(spec):
        lines.append("below_the_head = nn.Sequential(*list(model.children())[:-1], nn.Flatten())")
    return "\n".join(lines)


def _optimizer(spec: TransferSpec) -> str:
    call = receipts.optimizer_call(spec.optimizer, "learning_rate", spec.optimizer.headline_values())
    head = call.replace("model.parameters()", "model.fc.parameters()")
    lines = ["criterion = nn.CrossEntropyLoss()", f"optimizer = {head}"]
    if spec.frozen_stages < ALL_BUT_HEAD:
        rate = "learning_rate" if spec.weights.source == "random" else "low_learning_rate"
        lines += [
            "rest = [p for name, p in model.named_parameters() if p.requires_grad and not name.startswith('fc.')]",
            f'optimizer.add_param_group({{"params": rest, "lr": {rate}}})',
        ]
    return "\n".join(lines)


def _head_is_exact(spec: TransferSpec) -> bool:
    """Whether the last layer is trained in float32 on what the frozen rest says in bfloat16."""
    return spec.uses_cache and spec.precision == "bfloat16"


def _forward(spec: TransferSpec, *then: str) -> list[str]:
    """Lines from pictures to outputs, and what is done with these in the same arithmetic."""
    if _head_is_exact(spec):
        below = receipts.fast(spec, "features = below_the_head(images)")
        return [*below, "outputs = model.fc(features.float())", *then]
    return receipts.fast(spec, "outputs = model(images)", *then)


_JOIN = [
    "    if len(batches) > 1 and len(batches[-1]) == 1:  # batch norm can't average over one picture",
    "        batches[-2:] = [torch.cat(batches[-2:])]",
]


def _training(spec: TransferSpec, n_steps: int | None) -> str:
    frozen = spec.frozen_stages
    mode = ["    model.train()"]
    if frozen and not spec.batch_norm_trap:
        mode += [
            "    for part in frozen:",
            "        part.eval()  # or batch norm's running statistics would move",
        ]
    elif spec.batch_norm_trap:
        mode = ["    model.train()  # the trap: the frozen batch norms move their running statistics"]
    inputs = "torch.stack([augment(x) for x in X_train[batch]])" if spec.augmentation.is_on else "X_train[batch]"
    forward = _forward(spec, "loss = criterion(outputs, labels)")
    loop = [
        "shuffling = torch.Generator().manual_seed(seed)  # the order of the pictures",
        "loss_list = []",
        "for epoch in range(num_epochs):",
        *receipts.thread_lines_of_an_epoch(spec, spec.n_epochs),
        *mode,
        "    batches = list(torch.randperm(len(X_train), generator=shuffling).split(batch_size))",
        *(_JOIN if spec.batch_size > 1 else []),
        "    for batch in batches:",
        f"        images, labels = {inputs}, y_train[batch]",
        *(f"        {line}" for line in forward),
        "        optimizer.zero_grad()",
        "        loss.backward()",
        "        optimizer.step()",
        "        loss_list.append(loss.item())",
        *([f"        if len(loss_list) == {n_steps}:  # here this run ended", "            break"] if n_steps else []),
        "    model.eval()",
        "    with torch.no_grad():",
        "        correct = 0",
        "        for images, labels in zip(X_test.split(100), y_test.split(100)):",
        *(f"            {line}" for line in _forward(spec)),
        "            _, preds = torch.max(outputs, 1)",
        "            correct += (preds == labels).sum().item()",
        "    print('Epoch {}/{}, loss {:.4f}, test accuracy {:.1f} %'.format(",
        "        epoch + 1, num_epochs, np.mean(loss_list[-len(batches):]), 100 * correct / len(y_test)))",
        *([f"    if len(loss_list) == {n_steps}:", "        break"] if n_steps else []),
    ]
    return "\n".join(loop)
