"""Slips in the network and before its loss: softmax twice, over the batch, no activation, zero weights, skorch."""

import ast
import itertools
from collections.abc import Iterator

from core.clinic.checker.reading import Function, Slip, Source, is_constant, keyword, last_name, targets, written

_SOFT = ("softmax", "Softmax")
_LOG = ("log_softmax", "LogSoftmax")
_LAYERS = ("Linear", "Conv2d")
_THROUGH = ("dropout", "Dropout", "Identity", "BatchNorm1d", "LayerNorm")  # what leaves a chain of linear layers linear


def outputs(source: Source) -> Iterator[Slip]:
    """What the network returns, against what the loss takes."""
    for call in _at_the_end(source):
        name = last_name(call.func)
        over = keyword(call, "dim") or keyword(call, "axis") or _second(call)
        if is_constant(over, 0):
            yield Slip(
                "log_softmax_over_batch", call.lineno,
                f"{name} over dim 0 is over the batch: a picture's outputs depend on its neighbours.",
                "dim=1 is over the classes; before CrossEntropyLoss neither is needed.",
            )  # fmt: skip
        elif name in _LOG and source.has_cross_entropy:
            yield Slip(
                "log_softmax_before_loss", call.lineno,
                "log_softmax before CrossEntropyLoss, which applies it itself: superfluous, and harmless.",
                "Return the last layer's outputs as they are.", is_note=True,
            )  # fmt: skip
        elif name in _SOFT and source.has_cross_entropy:
            yield Slip(
                "softmax_before_loss", call.lineno,
                "softmax before CrossEntropyLoss, which applies log_softmax itself: the loss gets probabilities in the "
                "place of logits and can't fall below 1.46 with ten classes.",
                "Return the last layer's outputs as they are.",
            )  # fmt: skip


def _second(call: ast.Call) -> ast.expr | None:
    """``F.softmax(x, 0)``, ``x.softmax(0)``, ``nn.Softmax(0)``."""
    name = last_name(call.func)
    if name in ("Softmax", "LogSoftmax"):
        return call.args[0] if call.args else None
    is_method = isinstance(call.func, ast.Attribute) and last_name(call.func.value) not in ("F", "torch", "functional")
    place = 0 if is_method else 1
    return call.args[place] if len(call.args) > place else None


def _at_the_end(source: Source) -> Iterator[ast.Call]:
    """Softmaxes that a network ends with, or that stand between it and its loss."""
    wanted = _SOFT + _LOG
    for forward in source.nodes:
        if isinstance(forward, Function) and forward.name == "forward":
            by_mode = any(last_name(node) == "training" for node in ast.walk(forward))  # probabilities in eval() alone
            for node in ast.walk(forward):
                if not by_mode and isinstance(node, ast.Return) and node.value is not None:
                    yield from _ends_with(source, forward, node.value, wanted)
    for sequential in source.called("Sequential"):
        if sequential.args and isinstance(sequential.args[-1], ast.Call) and not _is_inner(source, sequential):
            last = sequential.args[-1]
            if last_name(last.func) in wanted:
                yield last
        elif sequential.args and isinstance(sequential.args[-1], ast.Starred):
            listed = _put_in(source, written(sequential.args[-1].value))
            if listed and last_name(listed[-1].func) in wanted:
                yield listed[-1]
    for loop in source.training_loops:
        yield from _before_the_loss(source, loop, wanted)


def _put_in(source: Source, name: str) -> list[ast.Call]:
    """The layers that a list gets, in the order of the text: ``[a, b]``, ``+= [c]``, ``append(d)``."""
    found: list[ast.expr] = []
    for node in source.nodes:
        if isinstance(node, ast.Assign) and name in targets(node):
            made = node.value
            inner = made.args[0] if isinstance(made, ast.Call) and made.args else made
            found = list(inner.elts) if isinstance(inner, ast.List) else []
            found += [inner.elt] * 2 if isinstance(inner, ast.ListComp) else []  # several
        elif isinstance(node, ast.AugAssign) and written(node.target) == name and isinstance(node.value, ast.List):
            found += node.value.elts
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and written(node.func.value) == name:
            is_one = node.func.attr == "append" and node.args
            is_many = node.func.attr == "extend" and node.args and isinstance(node.args[0], ast.List)
            found += [node.args[0]] * (2 if source.loop_of(node) else 1) if is_one else []
            found += node.args[0].elts if is_many else []  # type: ignore[attr-defined]
    return [one for one in found if isinstance(one, ast.Call)]


def _is_inner(source: Source, sequential: ast.Call) -> bool:
    """A block whose outputs are multiplied with something, such as a gate, is not the end."""
    above = source.parents.get(sequential)
    if not isinstance(above, ast.Assign):
        return False
    names = [written(t) for t in above.targets]
    uses = [c for c in source.calls if written(c.func) in names]
    is_factor = any(isinstance(source.parents.get(c), ast.BinOp) for c in uses)
    return is_factor or any("att" in name or "gate" in name for name in names)


def _ends_with(source: Source, forward: ast.AST, value: ast.expr, wanted: tuple[str, ...]) -> Iterator[ast.Call]:
    if isinstance(value, ast.Call):
        if last_name(value.func) in wanted:
            yield value
        elif isinstance(value.func, ast.Call) and last_name(value.func.func) in wanted:  # nn.Softmax(dim=1)(x)
            yield value.func
        elif (made := _layer(source, written(value.func))) is not None and last_name(made.func) in wanted:
            yield made
    elif isinstance(value, ast.Name):
        given = source.assigned(value.id, within=forward)
        last = max(given, key=lambda n: n.lineno, default=None)
        if last is not None and not isinstance(last.value, ast.Name):
            yield from _ends_with(source, forward, last.value, wanted)


def _layer(source: Source, name: str) -> ast.Call | None:
    """What ``self.name`` was made by."""
    if not name.startswith("self."):
        return None
    made = [n.value for n in source.assigned(name) if isinstance(n.value, ast.Call)]
    return made[-1] if made else None


def _before_the_loss(source: Source, loop: ast.AST, wanted: tuple[str, ...]) -> Iterator[ast.Call]:
    losses = {name for n in source.nodes if isinstance(n, ast.Assign) and isinstance(n.value, ast.Call)
              and last_name(n.value.func) == "CrossEntropyLoss" for name in map(written, n.targets)}  # fmt: skip
    for call in source.calls:
        is_within = loop in source.above(call)
        is_loss = written(call.func) in losses or last_name(call.func) == "cross_entropy"
        is_loss = is_loss or (bool(losses) and written(call.func) in _loss_parameters(source, call))
        if not is_within or not call.args or not is_loss:
            continue
        first = call.args[0]
        if isinstance(first, ast.Call) and last_name(first.func) in wanted:
            yield first
        elif isinstance(first, ast.Name):
            given = [n for n in source.assigned(first.id, within=loop) if n.lineno <= call.lineno]
            last = max(given, key=lambda n: n.lineno, default=None)
            if last is not None and isinstance(last.value, ast.Call) and last_name(last.value.func) in wanted:
                yield last.value


def _loss_parameters(source: Source, call: ast.Call) -> set[str]:
    """What the function around a call takes that is called like a loss."""
    function = source.function_of(call)
    names = [one.arg for one in function.args.args] if isinstance(function, Function) else []
    return {name for name in names if "loss" in name.lower() or name.lower().startswith(("crit", "ce"))}


def activations(source: Source) -> Iterator[Slip]:
    """Linear layers, or convolutions, one after the other."""
    for sequential in source.called("Sequential"):
        line = _neighbours([a for a in sequential.args if isinstance(a, ast.Call)])
        if line is not None:
            yield _no_relu(line)
    made = [(name, value) for n in source.nodes if isinstance(n, ast.Assign) for name, value in _pairs(n)]
    layers = [{name for name, value in made if _is_plain_layer(value, kind)} for kind in _LAYERS]
    for forward in source.nodes:
        if isinstance(forward, Function) and forward.name == "forward":
            chains = (_chain(source, forward, names) for names in layers)
            line = next((line for line in chains if line is not None), None) or _listed(source, forward)
            if line is not None:
                yield _no_relu(line)


def _pairs(node: ast.Assign) -> Iterator[tuple[str, ast.expr]]:
    """Names and what each is given, also of ``self.a, self.b = nn.Linear(2, 3), nn.Linear(3, 4)``."""
    for target in node.targets:
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            yield from ((written(one), value) for one, value in zip(target.elts, node.value.elts, strict=False))
        else:
            yield written(target), node.value


def _is_plain_layer(value: ast.AST, kind: str) -> bool:
    """A convolution in groups is half of a pair that is meant so: depthwise, then pointwise."""
    is_kind = isinstance(value, ast.Call) and last_name(value.func) == kind
    return is_kind and isinstance(value, ast.Call) and keyword(value, "groups") is None


def _no_relu(line: int) -> Slip:
    return Slip(
        "no_relu", line, "Two linear layers, or two convolutions, follow each other with nothing that bends between "
        "them: together they are one.", "A ReLU between them, such as x = F.relu(self.linear1(x)).",
    )  # fmt: skip


def _neighbours(layers: list[ast.Call]) -> int | None:
    chain = [layer for layer in layers if last_name(layer.func) not in _THROUGH]
    for before, after in itertools.pairwise(chain):
        if any(_is_plain_layer(before, kind) and _is_plain_layer(after, kind) for kind in _LAYERS):
            return after.lineno
    return None


def _chain(source: Source, forward: ast.AST, linear: set[str]) -> int | None:
    """A linear layer's outputs go straight into another one."""
    held: set[str] = set()  # names whose value is a linear layer's output
    for statement in getattr(forward, "body", []):
        value = getattr(statement, "value", None)
        if not isinstance(statement, ast.Assign | ast.Return) or value is None:
            continue
        for call in (n for n in ast.walk(value) if isinstance(n, ast.Call) and written(n.func) in linear and n.args):
            if _is_linear(source, call.args[0], linear, held):
                return call.lineno
        if isinstance(statement, ast.Assign):
            names = {written(t) for t in statement.targets}
            held = held | names if _is_linear(source, value, linear, held) else held - names
    return None


def _listed(source: Source, forward: ast.AST) -> int | None:
    """A loop over a ModuleList of linear layers that does nothing but apply them."""
    for loop in (n for n in ast.walk(forward) if isinstance(n, ast.For)):
        names = [last_name(one.func) for one in _put_in(source, written(loop.iter))]
        only = loop.body[0] if len(loop.body) == 1 else None
        is_plain = isinstance(only, ast.Assign) and isinstance(only.value, ast.Call)
        if is_plain and names[:2] == ["Linear", "Linear"] and written(only.value.func) == written(loop.target):  # type: ignore[union-attr]
            return loop.lineno
    return None


def _is_linear(source: Source, value: ast.AST, linear: set[str], held: set[str]) -> bool:
    while isinstance(value, ast.Call):
        made = _layer(source, written(value.func))
        is_through = last_name(value.func) in _THROUGH or (made is not None and last_name(made.func) in _THROUGH)
        if not is_through:
            return written(value.func) in linear
        if not value.args:
            return False
        value = value.args[0]
    return written(value) in held


def zeros(source: Source) -> Iterator[Slip]:
    """All weights the same."""
    for call in source.calls:
        name, target = last_name(call.func), None
        is_constant_zero = name == "constant_" and len(call.args) > 1 and source.number(call.args[1]) == 0
        if (name == "zeros_" and call.args) or is_constant_zero:
            target = call.args[0]
        elif name in ("zero_", "fill_") and isinstance(call.func, ast.Attribute):
            is_zero = name == "zero_" or bool(call.args and source.number(call.args[0]) == 0)
            target = call.func.value if is_zero else None
        if target is not None and _is_weight(source, call, target):
            yield Slip(
                "zero_weights", call.lineno,
                "Weights are set to zero: all units of a layer are the same and get the same gradient, or none.",
                "Leave PyTorch's random first weights, or use nn.init.kaiming_uniform_.",
            )  # fmt: skip


def _is_weight(source: Source, call: ast.Call, target: ast.AST) -> bool:
    text = ast.unparse(target).lower()
    around = " ".join(ast.unparse(n.test).lower() for n in source.above(call) if isinstance(n, ast.If))
    if "grad" in text or "bias" in text or any(word in text + around for word in ("bn", "norm", "bias")):
        return False
    if "weight" in text:
        return True
    root = text.removesuffix(".data")
    loops = [n for n in source.above(call) if isinstance(n, ast.For)]
    over = [n for n in loops if source.called("parameters", "named_parameters", within=n.iter)]
    return any(root in ast.unparse(n.target).strip("()").split(", ") for n in over)


def skorch(source: Source) -> Iterator[Slip]:
    """NeuralNetClassifier's default loss takes probabilities."""
    for call in source.called("NeuralNetClassifier"):
        criterion = keyword(call, "criterion")
        if criterion is not None and last_name(criterion) != "NLLLoss":
            continue
        ends = {last_name(one.func) for one in _at_the_end(source)}
        has_network = any(isinstance(n, Function) and n.name == "forward" for n in source.nodes)
        if ends & set(_LOG) or (has_network and not ends):
            what = "log-probabilities" if ends & set(_LOG) else "logits"
            yield Slip(
                "log_softmax_into_skorch", call.lineno,
                f"Without a criterion skorch takes NLLLoss and the logarithm of the outputs, which have to be "
                f"probabilities; these are {what}: where they are negative the loss is no number.",
                "criterion=nn.CrossEntropyLoss, or softmax in the network.",
            )  # fmt: skip


RULES = (outputs, activations, zeros, skorch)
