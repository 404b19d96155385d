"""Slips in the loop: gradients that are not reset, optimizers that move nothing, rates, folds."""

import ast
from collections.abc import Iterator

from core.clinic.checker.reading import Slip, Source, base_name, is_constant, keyword, last_name, targets, written

OPTIMIZERS = ("SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "Adadelta", "NAdam", "RAdam", "Adamax")
_HIGH = {"SGD": 1.0, "Adam": 0.05, "AdamW": 0.05, "RMSprop": 0.05, "NAdam": 0.05, "RAdam": 0.05}
_LOW = {"SGD": 1e-5, "Adam": 1e-6, "AdamW": 1e-6, "RMSprop": 1e-6, "NAdam": 1e-6, "RAdam": 1e-6}
_PRETRAINED = ("weights", "pretrained", "load_state_dict", "load", "from_pretrained", "load_model", "IMAGENET1K_V1")


def gradients(source: Source) -> Iterator[Slip]:
    """backward() and step() in one loop without a reset."""
    for backward in source.called("backward"):
        place: ast.AST = source.loop_of(backward) or source.function_of(backward)
        steps = [call for call in source.called("step", within=place) if _is_of_optimizer(source, call)]
        resets = _resets(source, place)
        is_loop = place is source.loop_of(backward)
        anywhere = resets or ([] if is_loop else _resets(source, source.tree))
        if steps and not anywhere:
            yield Slip(
                "no_zero_grad", backward.lineno,
                "backward() adds to the gradients of the batches before, and nothing resets them in this loop: each "
                "step follows the sum of all gradients so far.",
                "optimizer.zero_grad() before loss.backward(), in the same loop.",
            )  # fmt: skip
        elif steps and resets and is_loop:
            between = [r for r in resets if backward.lineno < r < min(s.lineno for s in steps)]
            if between and not [r for r in resets if r < backward.lineno]:
                yield Slip(
                    "optimizer_of_another_model", between[0],
                    "The gradients are reset after backward() and before step(): the step has nothing to follow, and "
                    "the weights stay where they are.",
                    "optimizer.zero_grad() before loss.backward().",
                )  # fmt: skip
        if not steps and is_loop and _optimizers(source) and not source.called("step", "minimize", "fit"):
            yield Slip(
                "optimizer_of_another_model", backward.lineno,
                "Gradients are computed, but no optimizer.step() follows: no weight moves.",
                "optimizer.step() after loss.backward().",
            )  # fmt: skip


def _resets(source: Source, place: ast.AST) -> list[int]:
    """Lines that reset gradients: ``zero_grad()``, ``p.grad.zero_()``, ``p.grad = None``."""
    found = [call.lineno for call in source.called("zero_grad", within=place)]
    found += [c.lineno for c in source.called("zero_", within=place)
              if isinstance(c.func, ast.Attribute) and last_name(c.func.value) == "grad"]  # fmt: skip
    found += [n.lineno for n in ast.walk(place)
              if isinstance(n, ast.Assign) and any(last_name(t) == "grad" for t in n.targets)]  # fmt: skip
    return sorted(found)


def _is_of_optimizer(source: Source, call: ast.Call) -> bool:
    """``scheduler.step()`` is none."""
    name = base_name(call.func).lower()
    return not any(word in name for word in ("sched", "env", "lr_", "scaler", "prof", "warm"))


def _optimizers(source: Source) -> list[ast.Call]:
    return [call for call in source.called(*OPTIMIZERS) if call.args or keyword(call, "params") is not None]


def another_model(source: Source) -> Iterator[Slip]:
    """The model is made anew after its optimizer."""
    for call in _optimizers(source):
        first = call.args[0] if call.args else keyword(call, "params")
        if not (isinstance(first, ast.Call) and last_name(first.func) == "parameters"):
            continue
        owner = first.func.value if isinstance(first.func, ast.Attribute) else None
        if isinstance(owner, ast.Call):
            yield Slip(
                "optimizer_of_another_model", call.lineno,
                "This optimizer gets the weights of a model that is made on the spot, and which no loop trains.",
                "Make the model once, then optimizer = ...(model.parameters()).",
            )  # fmt: skip
            continue
        name = base_name(first.func)
        where = source.function_of(call)
        loop = source.loop_of(call)
        for again in source.assigned(name):
            later = again.lineno > call.lineno and source.function_of(again) is where
            renewed = [c for c in _optimizers(source) if c.lineno > again.lineno and source.function_of(c) is where]
            if later and source.loop_of(again) is loop and _makes_anew(again.value, name) and not renewed:
                yield Slip(
                    "optimizer_of_another_model", again.lineno,
                    f"{name} is made anew after its optimizer, which goes on moving the weights of the old one.",
                    "Make the optimizer after the model.",
                )  # fmt: skip
    yield from _never_called(source)
    yield from _passed_along(source)


def _passed_along(source: Source) -> Iterator[Slip]:
    """``fit(big, optimizer)`` with an optimizer that has another model's weights, of two that are made alike."""
    owner: dict[str, tuple[str, int]] = {}
    for node in source.nodes:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and node.value in _optimizers(source):
            first = node.value.args[0] if node.value.args else keyword(node.value, "params")
            if isinstance(first, ast.Call) and last_name(first.func) == "parameters":
                owner |= {name: (base_name(first.func), node.value.lineno) for name in targets(node)}
    makers = {name: last_name(n.value.func) for n in source.nodes
              if isinstance(n, ast.Assign) and isinstance(n.value, ast.Call) for name in targets(n)}  # fmt: skip
    for call in source.calls:
        names = [written(a) for a in (*call.args, *(word.value for word in call.keywords))]
        for optimizer in (name for name in names if name in owner):
            model, line = owner[optimizer]
            others = [n for n in names if n != model and makers.get(n) and makers.get(n) == makers.get(model)]
            if others and model not in names:
                yield Slip(
                    "optimizer_of_another_model", line,
                    f"{others[0]} is trained with this optimizer, which has the weights of {model}.",
                    f"{optimizer} = ...({others[0]}.parameters())",
                )  # fmt: skip
                return


def _makes_anew(value: ast.expr, name: str) -> bool:
    """A constructor call that does not take the model itself, as ``model.to(device)`` and ``compile(model)`` do."""
    used = {written(node) for node in ast.walk(value)}
    is_loaded = isinstance(value, ast.Call) and last_name(value.func) in ("load", "deepcopy", "prepare")
    return isinstance(value, ast.Call) and name not in used and not is_loaded


def _never_called(source: Source) -> Iterator[Slip]:
    """The loop's forward pass goes through a model whose weights no optimizer has."""
    owned: set[str] = set()
    for call in _optimizers(source):
        argument = call.args[0] if call.args else keyword(call, "params")
        assert argument is not None
        owned |= {base_name(c.func) for c in ast.walk(argument)
                  if isinstance(c, ast.Call) and last_name(c.func) in ("parameters", "named_parameters")}  # fmt: skip
        if not owned or any(isinstance(n, ast.Name) and n.id not in owned and n.id != "torch"
                            for n in ast.walk(argument) if isinstance(n, ast.Name)):  # fmt: skip
            return
    made = {name for node in source.nodes if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
            and last_name(node.value.func)[:1].isupper() for name in targets(node)}  # fmt: skip
    if len(owned) != 1 or not owned <= made:
        return
    for loop in source.training_loops:
        called = {written(c.func) for c in ast.walk(loop) if isinstance(c, ast.Call)} & made
        modules = called - {name for name in called if _is_loss(source, name)}
        if modules and not owned & called and source.called("step", within=loop):
            model = sorted(modules)[0]
            yield Slip(
                "optimizer_of_another_model", loop.lineno,
                f"This loop trains {model}, but the optimizer has the weights of {next(iter(owned))}.",
                f"optimizer = ...({model}.parameters())",
            )  # fmt: skip


def _is_loss(source: Source, name: str) -> bool:
    return any("Loss" in last_name(n.value.func) for n in source.assigned(name) if isinstance(n.value, ast.Call))


def rates(source: Source) -> Iterator[Slip]:
    """Learning rates far from what is usual."""
    for call in source.called(*_HIGH):
        kind = last_name(call.func)
        given = keyword(call, "lr") or (call.args[1] if len(call.args) > 1 else None)
        rate = source.number(given)
        if rate is None:
            continue
        high = 0.5 if kind == "SGD" and (source.number(keyword(call, "momentum")) or 0) >= 0.5 else _HIGH[kind]
        if rate >= high:
            yield Slip(
                "rate_too_high", call.lineno, f"A learning rate of {rate:g} is far above what is usual for {kind}: "
                "steps overshoot, and the loss grows or becomes no number.", "Begin with 0.01 (SGD) or 0.001 (Adam).",
            )  # fmt: skip
        elif rate <= _LOW[kind] and (source.has_cross_entropy or source.has("NLLLoss", "nll_loss")):
            yield Slip(
                "rate_too_low", call.lineno, f"A learning rate of {rate:g} is far below what is usual for {kind}: the "
                "weights hardly move.", "Begin with 0.01 (SGD) or 0.001 (Adam).",
            )  # fmt: skip


def frozen(source: Source) -> Iterator[Slip]:
    """Layers that have learnt nothing are frozen, or the new head is."""
    for node in source.nodes:
        if not (isinstance(node, ast.Assign) and any(last_name(t) == "requires_grad" for t in node.targets)):
            continue
        loop = source.loop_of(node)
        if not isinstance(loop, ast.For) or not source.called("parameters", "named_parameters", within=loop.iter):
            continue
        is_false = is_constant(node.value, False) or isinstance(node.value, ast.Compare | ast.Call)
        if not is_false:
            continue
        model = base_name(next(iter(source.called("parameters", "named_parameters", within=loop.iter))).func)
        if any(isinstance(n, ast.If) for n in source.above(node)) and source.has(*_PRETRAINED):
            continue
        if is_constant(node.value, False) and _whole(loop, model) and (head := _head_before(source, loop, model)):
            yield Slip(
                "all_but_head_frozen", loop.lineno,
                f"The new last layer of line {head} was put in before this loop, so it is frozen with the others.",
                "Freeze first, then replace the last layer.",
            )  # fmt: skip
        elif not source.has(*_PRETRAINED):
            yield Slip(
                "all_but_head_frozen", node.lineno,
                "Layers are frozen, and nothing here loads weights for them: they keep their random first values.",
                "Freeze only pretrained layers.",
            )  # fmt: skip


def frozen_at_once(source: Source) -> Iterator[Slip]:
    """``net.requires_grad_(False)`` of a network that nothing was loaded into."""
    for call in source.called("requires_grad_"):
        name = written(call.func.value) if isinstance(call.func, ast.Attribute) else ""
        made = [n for n in source.assigned(name) if isinstance(n.value, ast.Call) and _is_module(source, n.value)]
        if call.args and is_constant(call.args[0], False) and made and not source.has(*_PRETRAINED):
            yield Slip(
                "all_but_head_frozen", call.lineno,
                f"{name} is frozen, and nothing here loads weights for it: it keeps its random first values.",
                "Freeze only pretrained layers.",
            )  # fmt: skip


def _whole(loop: ast.For, model: str) -> bool:
    calls = [c for c in ast.walk(loop.iter) if isinstance(c, ast.Call)]
    return any(isinstance(c.func, ast.Attribute) and written(c.func.value) == model for c in calls)


def _head_before(source: Source, loop: ast.For, model: str) -> int | None:
    where = source.function_of(loop)
    for node in source.nodes:
        if not isinstance(node, ast.Assign) or source.function_of(node) is not where or node.lineno > loop.lineno:
            continue
        if any(t.startswith(f"{model}.") for t in targets(node)) and source.called("Linear", within=node.value):
            return node.lineno
    return None


def folds(source: Source) -> Iterator[Slip]:
    """A loop over folds that trains a model which is made before it."""
    for loop in source.nodes:
        if not (isinstance(loop, ast.For) and _is_over_folds(source, loop)):
            continue
        yield from _fitted_further(source, loop)
        trained = source.called("backward", within=loop)
        passing = [c for c in ast.walk(loop) if isinstance(c, ast.Call) and isinstance(c.func, ast.Name)
                   and c.func.id.startswith(("train", "fit"))]  # fmt: skip
        if not trained and not passing:
            continue
        resets = ("load_state_dict", "deepcopy", "reset_parameters", "initialize", "apply", "clone")
        if source.called(*resets, within=loop):
            continue
        used = {written(c.func) for c in ast.walk(loop) if isinstance(c, ast.Call)}
        used |= {written(a) for c in passing for a in c.args}
        for name in sorted(filter(None, used)):
            made = [n for n in source.assigned(name) if isinstance(n.value, ast.Call) and _is_module(source, n.value)]
            inside = source.assigned(name, within=loop)
            if made and not inside and all(n.lineno < loop.lineno for n in made):
                yield Slip(
                    "weights_kept_between_folds", made[-1].lineno,
                    f"{name} is made once, before the loop over folds of line {loop.lineno}: from the second fold on "
                    "it has already trained on the pictures that judge it.",
                    "Make the model and its optimizer inside the loop over folds.",
                )  # fmt: skip
                break


def _fitted_further(source: Source, loop: ast.For) -> Iterator[Slip]:
    """``partial_fit`` goes on from the weights of the fold before, and so does ``fit`` with ``warm_start=True``."""
    warm = [c for c in source.called("NeuralNetClassifier") if is_constant(keyword(c, "warm_start"), True)]
    fits = source.called("partial_fit", within=loop) + (source.called("fit", within=loop) if warm else [])
    for call in fits:
        name = written(call.func.value) if isinstance(call.func, ast.Attribute) else ""
        if name and not source.assigned(name, within=loop) and not source.called("initialize", "clone", within=loop):
            yield Slip(
                "weights_kept_between_folds", call.lineno,
                f"{name} goes on from the weights of the fold before: from the second fold on it has already trained "
                "on the pictures that judge it.", "fit() of a network that begins anew in each fold.",
            )  # fmt: skip
            return


def _is_over_folds(source: Source, loop: ast.For) -> bool:
    names = [last_name(c.func) for c in ast.walk(loop.iter) if isinstance(c, ast.Call)]
    target = " ".join(n.id for n in ast.walk(loop.target) if isinstance(n, ast.Name)).lower()
    over = " ".join(n.id for n in ast.walk(loop.iter) if isinstance(n, ast.Name)).lower()
    indexed = [n for n in ast.walk(loop) if isinstance(n, ast.Subscript) and isinstance(n.slice, ast.Name)
               and n.slice.id == written(loop.target)]  # fmt: skip
    if any(word in written(n.value).lower() for n in indexed for word in ("fold", "splits")):
        return True
    is_kfold = source.has("KFold", "StratifiedKFold", "RepeatedKFold", "GroupKFold", "ShuffleSplit")
    return (is_kfold and "split" in names) or "fold" in target or (is_kfold and ("split" in over or "fold" in over))


def _is_module(source: Source, call: ast.Call) -> bool:
    """A network of this script, or what is called like one."""
    name = last_name(call.func)
    if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Call):  # Net().to(device)
        return _is_module(source, call.func.value)
    classes = {n.name for n in source.nodes
               if isinstance(n, ast.ClassDef) and any(last_name(b) == "Module" for b in n.bases)}  # fmt: skip
    return name in classes or name == "Sequential" or name.startswith("resnet") or (
        name[:1].isupper() and any(word in name.lower() for word in ("net", "cnn", "mlp", "model"))
    )


RULES = (gradients, another_model, rates, frozen, frozen_at_once, folds)
