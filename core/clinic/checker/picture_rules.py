"""Slips in the pictures and the judging: scales, labels apart, order, test pictures in training, modes."""

import ast
import re
from collections.abc import Iterator

from core.clinic.checker.reading import Loop, Slip, Source, is_constant, keyword, last_name, targets, written

_LABELS = ("label", "target", "y_", "_y", "classes")
_OF_THE_TEST = re.compile(r"(test|val|valid|validation)_?(data_?)?(dl|load\w*|iter\w*|ds|set|batches|generator)")
_PERMUTED = ("randperm", "permutation")


def scales(source: Source) -> Iterator[Slip]:
    """Pixels from 0 to 255."""
    for call in source.called("PILToTensor"):
        if not source.has("ToDtype", "ConvertImageDtype", "convert_image_dtype", "Normalize", "to_dtype") \
                and "255" not in source.text:  # fmt: skip
            yield _unscaled(call.lineno)
    scaled = ("ToTensor", "to_tensor", "ToDtype", "ConvertImageDtype", "StandardScaler", "MinMaxScaler", "Normalize",
              "normalize", "Rescaling", "randn", "rand")  # fmt: skip
    is_scaled = source.has(*scaled) or any(_is_of_a_scale(source, n) for n in source.nodes)
    is_scaled = is_scaled or any(word in source.text.lower() for word in (".std(", "float_()"))
    if is_scaled or not (source.has_cross_entropy or source.has("NLLLoss", "nll_loss", "NeuralNetClassifier")):
        return
    for call in source.called("float", "astype", "tensor", "FloatTensor", "to", "as_tensor"):
        text = ast.unparse(call).lower()
        is_float = last_name(call.func) in ("float", "FloatTensor") or "float" in text
        if is_float and any(word in text for word in ("image", "img", "picture", "pixel", "photo", ".data", "imread")):
            yield _unscaled(call.lineno)
            return


def _is_of_a_scale(source: Source, node: ast.AST) -> bool:
    """255 anywhere; 128 and 256, which are widths of layers as well, where something is reckoned with them."""
    if not isinstance(node, ast.Constant) or isinstance(node.value, bool | str):
        return False
    above = source.parents.get(node)
    is_reckoned = isinstance(above, ast.BinOp | ast.AugAssign) or (
        isinstance(above, ast.Call) and last_name(above.func).rstrip("_") in ("div", "sub", "mul", "true_divide")
    )
    return node.value in (255, 127.5) or (node.value in (128, 256) and is_reckoned)


def _unscaled(line: int) -> Slip:
    return Slip(
        "inputs_to_255", line, "The pixels become floats and are not divided by 255 anywhere: the inputs go up to 255.",
        "Divide by 255, as transforms.ToTensor() does.",
    )  # fmt: skip


def normalised(source: Source) -> Iterator[Slip]:
    """Normalize for training only."""
    made = {name: n for n in source.nodes if isinstance(n, ast.Assign) for name in targets(n)}
    pairs: dict[str, tuple[ast.expr | None, int]] = {}
    for node in source.nodes:
        if isinstance(node, ast.Dict):
            keys = {str(k.value): v for k, v in zip(node.keys, node.values, strict=True) if isinstance(k, ast.Constant)}
            test = next((k for k in ("val", "test", "valid") if k in keys), None)
            if "train" in keys and test is not None:
                yield from _one_sided(source, keys["train"], keys[test], keys[test].lineno)
        if isinstance(node, ast.Call) and (transform := _transform_of(node)) is not None:
            split = _split_of(source, node)
            if split:
                pairs[split] = (made[transform.id].value if isinstance(transform, ast.Name) and transform.id in made
                                else transform, node.lineno)  # fmt: skip
    if len(pairs) == 2:
        (train, _), (test_value, line) = pairs["train"], pairs["test"]
        yield from _one_sided(source, train, test_value, line)
    yield from _by_hand(source)


def _transform_of(call: ast.Call) -> ast.expr | None:
    """By its name, or the third argument of one of torchvision's sets: ``CIFAR10(root, True, transform)``."""
    is_third = len(call.args) > 2 and isinstance(call.args[1], ast.Constant) and isinstance(call.args[1].value, bool)
    return keyword(call, "transform") or (call.args[2] if is_third else None)


def _split_of(source: Source, call: ast.Call) -> str:
    train = keyword(call, "train") or (call.args[1] if len(call.args) > 1 else None)
    if is_constant(train, True):
        return "train"
    if is_constant(train, False):
        return "test"
    above = source.parents.get(call)
    names = targets(above) if isinstance(above, ast.Assign) else []
    text = " ".join([*map(ast.unparse, call.args[:1]), *names]).lower()
    return "train" if "train" in text else "test" if "test" in text or "val" in text else ""


def _one_sided(source: Source, train: ast.expr | None, test: ast.expr | None, line: int) -> Iterator[Slip]:
    if not isinstance(train, ast.Call) or not isinstance(test, ast.Call):
        return
    has = [bool(source.called("Normalize", within=each)) for each in (train, test)]
    if has == [True, False] and last_name(test.func) in ("Compose", "Sequential", "ToTensor"):
        yield _one_sided_slip(line)


def _one_sided_slip(line: int) -> Slip:
    return Slip(
        "only_training_normalised", line, "The training pictures are normalised and the test pictures are not: the "
        "network is judged on inputs of another range than those it has learnt from.",
        "The same Normalize for the test pictures, with the training pictures' numbers.",
    )  # fmt: skip


def _by_hand(source: Source) -> Iterator[Slip]:
    """``X_train = (X_train - mean) / std`` and nothing of the kind for ``X_test``."""
    scaled: dict[str, int] = {}
    for node in source.nodes:
        if not isinstance(node, ast.Assign | ast.AugAssign):
            continue
        names = targets(node) if isinstance(node, ast.Assign) else [written(node.target)]
        value = node.value
        is_scaling = isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Div | ast.Sub)
        is_scaling = is_scaling or (isinstance(value, ast.BinOp) and isinstance(value.op, ast.Div | ast.Sub))
        is_call = isinstance(value, ast.Call) and last_name(value.func) in ("normalize", "standardize")
        is_scaling = is_scaling or is_call
        if is_scaling:
            scaled |= {name: node.lineno for name in names if set(names) & {written(n) for n in ast.walk(value)}
                       or isinstance(node, ast.AugAssign)}  # fmt: skip
    for name, line in scaled.items():
        other = _of_the_test(name)
        known = [o for o in other if source.assigned(o)]
        is_label = any(word in name.lower() for word in _LABELS) or "loss" in name.lower() or "acc" in name.lower()
        if known and not is_label and not any(o in scaled for o in known) and _is_used_raw(source, known[0]):
            yield _one_sided_slip(line)


def _of_the_test(name: str) -> list[str]:
    """What the test pictures are called beside these: ``X_test`` of ``X_train``, ``Xte`` of ``Xtr``."""
    if "train" in name.lower():
        return [re.sub("train", each, name, flags=re.IGNORECASE) for each in ("test", "val", "valid")]
    short = re.fullmatch(r"(.*[_a-zX])?tr(_.*)?", name)
    return [f"{short[1] or ''}{each}{short[2] or ''}" for each in ("te", "ts", "va", "val", "test")] if short else []


def _is_used_raw(source: Source, name: str) -> bool:
    """Not scaled on its way under another name."""
    uses = [n for n in source.nodes if isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Load)]
    return not any(isinstance(source.parents.get(n), ast.BinOp) for n in uses)


def labels(source: Source) -> Iterator[Slip]:
    """Pictures and labels shuffled apart."""
    shuffled = [found for node in source.nodes for found in _shuffles(source, node)]
    seeds = [c.lineno for c in source.called("seed", "manual_seed", "set_state", "default_rng")]
    for name, line, by in (one for one in shuffled if _is_labels(one[0])):
        for other, before, by_other in (one for one in shuffled if not _is_labels(one[0])):
            low, high = min(line, before), max(line, before)
            if by != by_other and high - low <= 12 and not [s for s in seeds if low < s <= high]:
                yield Slip(
                    "labels_apart", high, f"{other} and {name} are shuffled by two different orders: a "
                    "picture gets any picture's label.", "One order for both: order = torch.randperm(n).",
                )  # fmt: skip
                return
    yield from _pictures_alone(source, shuffled)


def _pictures_alone(source: Source, shuffled: list[tuple[str, int, str]]) -> Iterator[Slip]:
    """The pictures take a new order, and nothing else does: their labels were there before."""
    for node in source.nodes:
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Subscript):
            continue
        order = node.value.slice
        names = [name for name, line, _ in shuffled if line == node.lineno and not _is_labels(name)]
        if not names or not isinstance(order, ast.Name):
            continue
        uses = [n for n in source.nodes if isinstance(n, ast.Name) and n.id == order.id and isinstance(n.ctx, ast.Load)]
        near = [n for n in source.nodes if isinstance(n, ast.Assign) and node.lineno - 12 <= n.lineno < node.lineno]
        others = [one for given in near for one in targets(given) if _is_labels(one)]
        if len(uses) == 1 and others:
            yield Slip(
                "labels_apart", node.lineno, f"{names[0]} takes a new order and {others[0]} does not: a picture gets "
                "any picture's label.", f"The same order for both: {others[0]} = {others[0]}[{order.id}].",
            )  # fmt: skip
            return


def _shuffles(source: Source, node: ast.AST) -> Iterator[tuple[str, int, str]]:
    """What a statement shuffles, its line, and by which order: each that is drawn on the spot is one of its own."""
    if isinstance(node, ast.Assign):
        values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
        for value in values:
            while isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Slice):
                value = value.value  # x[order][:1000]
            if isinstance(value, ast.Subscript) and written(value.value) in targets(node):
                by = _order_of(source, value.slice, node.lineno)
                if by:
                    yield written(value.value), node.lineno, by
            elif isinstance(value, ast.Call) and last_name(value.func) in ("permutation", "sample"):
                name = written(value.args[0]) if value.args else ""
                if name and name in targets(node):
                    yield name, node.lineno, f"drawn for {name} in {node.lineno}"
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        call = node.value
        if last_name(call.func) == "shuffle" and call.args and written(call.args[0]):
            yield written(call.args[0]), node.lineno, f"drawn for {written(call.args[0])} in {node.lineno}"


def _order_of(source: Source, index: ast.expr, line: int) -> str:
    """Which permutation an index is; empty where it is none."""
    if source.called(*_PERMUTED, within=index):
        return f"drawn in {line}, {index.col_offset}"
    if isinstance(index, ast.Name):
        drawn = [n.lineno for n in source.assigned(index.id) if source.called(*_PERMUTED, within=n.value)]
        before = [n for n in drawn if n <= line]
        return f"{index.id} of {max(before)}" if before else ""
    return ""


def _is_labels(name: str) -> bool:
    return any(word in f"{name.lower()}_" for word in _LABELS) or name.lower() in ("y", "ys")


def order(source: Source) -> Iterator[Slip]:
    """Training batches in the order of the files."""
    for loader in _loaders_that_train(source):
        shuffle = keyword(loader, "shuffle")
        if any(keyword(loader, word) is not None for word in ("sampler", "batch_sampler")):
            continue
        data = loader.args[0] if loader.args else keyword(loader, "dataset")
        is_sorted = data is not None and _is_sorted(source, data)
        if is_constant(shuffle, False) or (shuffle is None and is_sorted and len(loader.args) < 3):
            why = "come folder by folder" if is_sorted else "come in the order in which they are stored"
            yield Slip(
                "sorted_by_class", loader.lineno,
                f"The training pictures {why}, without shuffling; sorted by class, the network sees "
                "one class at a time and forgets the others.", "shuffle=True for the training loader.",
            )  # fmt: skip


def sorted_arrays(source: Source) -> Iterator[Slip]:
    """Arrays that are put in the order of their labels, in a script that shuffles nothing."""
    is_mixed = source.has("RandomSampler", "WeightedRandomSampler", "randperm", "permutation", "train_test_split")
    words = [word for call in source.calls for word in call.keywords if word.arg == "shuffle"]
    is_mixed = is_mixed or any(not is_constant(word.value, False) for word in words)
    if is_mixed or source.called("shuffle") or not source.called("backward", "fit"):
        return
    for call in source.called("argsort", "sort"):
        names = {written(n) for n in ast.walk(call)} - {""}
        if any(_is_labels(name) for name in names) and not any("test" in name.lower() for name in names):
            yield Slip(
                "sorted_by_class", call.lineno,
                "The training pictures are put in the order of their classes, and nothing shuffles them: the network "
                "sees one class at a time and forgets the others.", "shuffle=True for the training loader.",
            )  # fmt: skip
            return


def _loaders_that_train(source: Source) -> list[ast.Call]:
    found = []
    for loop in source.training_loops:
        for each in (loop, *(n for n in source.above(loop) if isinstance(n, ast.For))):
            if isinstance(each, ast.For):
                for name in {written(n) for n in ast.walk(each.iter)} - {""}:
                    given = [n.value for n in source.assigned(name) if isinstance(n.value, ast.Call)]
                    found += [c for c in given if last_name(c.func) == "DataLoader"]
                found += source.called("DataLoader", within=each.iter)
    return list(dict.fromkeys(found))


def _is_sorted(source: Source, data: ast.expr) -> bool:
    given = [n.value for name in [written(data)] if name for n in source.assigned(name)]
    return any(
        last_name(c.func) in ("ImageFolder", "argsort", "sorted", "sort")
        for value in (*given, data) for c in ast.walk(value) if isinstance(c, ast.Call)
    )  # fmt: skip


def leaks(source: Source) -> Iterator[Slip]:
    """Test pictures in training."""
    for loop in source.training_loops:
        if isinstance(loop, ast.For):
            names = {n.id.lower() for n in ast.walk(loop.iter) if isinstance(n, ast.Name)}
            loader = next((n for n in names if _OF_THE_TEST.fullmatch(n)), None)
            if loader is not None and not source.has("adapt", "attack"):
                yield _leak(loop.lineno, f"The loop trains on {loader}.")
    trains = ("train", "fit")
    for call in source.calls:
        passed = [written(a).lower() for a in call.args]
        given = next((n for n in passed if _OF_THE_TEST.fullmatch(n)), None)
        is_training = isinstance(call.func, ast.Name) and call.func.id.startswith(trains) and source.called("backward")
        if is_training and given is not None and not any("tr" in n for n in passed):
            yield _leak(call.lineno, f"{last_name(call.func)}() is given {given}.")
    for node in source.nodes:
        if not isinstance(node, ast.Assign):
            continue
        for name in (n.lower() for n in targets(node)):
            if name.startswith("test") and isinstance(node.value, ast.Call) \
                    and is_constant(keyword(node.value, "train"), True):  # fmt: skip
                yield _leak(node.lineno, f"{name} is made with train=True: these are the training pictures.")
            if "train" not in name and not _is_trained_on(source, name):
                continue
            joined: list[ast.expr] = [c for c in ast.walk(node.value) if isinstance(c, ast.Call)
                      and last_name(c.func) in ("ConcatDataset", "concatenate", "cat", "vstack", "concat")]  # fmt: skip
            joined += [b for b in ast.walk(node.value) if isinstance(b, ast.BinOp) and isinstance(b.op, ast.Add)]
            for each in joined:
                words = {n.id.lower() for n in ast.walk(each) if isinstance(n, ast.Name)}
                if any("train" in w for w in words) and any("test" in w for w in words):
                    yield _leak(node.lineno, "The test pictures are added to the training pictures.")
                    break


def _is_trained_on(source: Source, name: str) -> bool:
    """Whether a loader of it is a training loader, by its name or because it shuffles."""
    for call in source.called("DataLoader"):
        above = source.parents.get(call)
        to = " ".join(targets(above)).lower() if isinstance(above, ast.Assign) else ""
        is_training = "train" in to or is_constant(keyword(call, "shuffle"), True)
        if call.args and written(call.args[0]).lower() == name and is_training:
            return True
    return False


def _leak(line: int, what: str) -> Slip:
    return Slip(
        "test_in_training", line,
        f"{what} A test accuracy of pictures that were trained on says nothing about new ones.",
        "Keep the test pictures out of training.",
    )  # fmt: skip


def modes(source: Source) -> Iterator[Slip]:
    """Judging in train() mode."""
    has_layers = source.has("Dropout", "Dropout2d", "BatchNorm1d", "BatchNorm2d", "LazyBatchNorm1d", "LazyBatchNorm2d")
    has_layers = has_layers or any(last_name(c.func).startswith(("resnet", "vgg", "densenet", "mobilenet"))
                                   for c in source.calls)  # fmt: skip
    if not has_layers or not source.called("backward") or _says_eval(source):
        return
    for loop in source.nodes:
        if not isinstance(loop, Loop) or source.called("backward", within=loop) or not isinstance(loop, ast.For):
            continue
        text = ast.unparse(loop)
        is_compared = "==" in text or bool(source.called("eq", within=loop))
        is_judging = bool(source.called("max", "argmax", "topk", within=loop)) and is_compared
        is_judging = is_judging and not source.called("step", within=loop)
        if is_judging:
            yield Slip(
                "no_eval", loop.lineno, "The network is judged in train() mode: dropout silences units at random, and "
                "batch norm goes by the test batch.", "model.eval() before this loop, model.train() before training.",
            )  # fmt: skip
            return


def _says_eval(source: Source) -> bool:
    """``model.eval()`` or ``model.train(False)``, or a mode that is given as a value."""
    for call in source.called("eval", "train"):
        if isinstance(call.func, ast.Attribute) and (last_name(call.func) == "eval" or call.args or call.keywords):
            return True
    return False


def ones(source: Source) -> Iterator[Slip]:
    """Batches of one at a batch norm of vectors."""
    if not source.has("BatchNorm1d", "LazyBatchNorm1d"):
        return
    for loader in _loaders_that_train(source):
        given = keyword(loader, "batch_size")
        size = source.number(given if given is not None else loader.args[1] if len(loader.args) > 1 else None)
        if is_constant(keyword(loader, "drop_last"), True) or size is None:
            continue
        n = _length(source, loader)
        if size == 1 or (n is not None and n % size == 1):
            what = "Batches of one"
            if size != 1:
                what = f"{n:,.0f} pictures in batches of {size:.0f} leave one over: a batch of one"
            yield Slip(
                "last_batch_of_one", loader.lineno, f"{what} at a BatchNorm1d: in train() mode PyTorch raises a "
                "ValueError.", "drop_last=True, and batches of more than one.",
            )  # fmt: skip


def _length(source: Source, loader: ast.Call) -> float | None:
    """How many pictures, where the script says so: ``Subset(data, range(2001))``, ``torch.randn(2001, ...)``."""
    data = loader.args[0] if loader.args else keyword(loader, "dataset")
    values = [data] if data is not None else []
    for _ in range(3):
        values += [n.value for v in list(values) for x in ast.walk(v) if isinstance(x, ast.Name)
                   for n in source.assigned(x.id) if n.value not in values]  # fmt: skip
    for value in values:
        for call in ast.walk(value):
            if isinstance(call, ast.Call) and call.args and _is_sized(source, call):
                return source.number(call.args[0])
    return None


def _is_sized(source: Source, call: ast.Call) -> bool:
    """Whether a call's first number is a number of pictures; ``range(1, 6)`` may count files."""
    if last_name(call.func) in ("randn", "rand", "arange"):
        return True
    above = source.parents.get(call)
    is_of_subset = isinstance(above, ast.Call) and last_name(above.func) == "Subset"
    return last_name(call.func) == "range" and len(call.args) == 1 and is_of_subset


RULES = (scales, normalised, labels, order, sorted_arrays, leaks, modes, ones)
