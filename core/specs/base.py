"""What every spec is made of: frozen fields with ranges, and one sentence for each value that is out of them."""

from collections.abc import Iterator
from typing import Annotated, Any, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.lab.errors import ChalknetError

MAX_SEED = 2**32 - 1  # what NumPy's legacy seeding, scikit-learn's random_state and torch all accept

Seed = Annotated[int, Field(ge=0, le=MAX_SEED)]
LearningRate = Annotated[float, Field(gt=0, le=10, allow_inf_nan=False)]


class SpecError(ChalknetError):
    """Settings that no run can have; the text names the field, the value and the allowed range."""


class Spec(BaseModel):
    """Base of all specs: frozen, and a field that does not exist is an error rather than ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def check_field(spec_class: type[Spec], name: str, value: Any) -> str | None:
    """The sentence for one wrong value of one field, or ``None`` where the value is allowed.

    Parameters
    ----------
    spec_class : type of Spec
        The spec that has the field, such as ``MLPSpec``.
    name : str
        The field's name.
    value : Any
        The value to try; text such as ``"0.01"`` counts as the number that it spells.
    """
    try:
        spec_class.__pydantic_validator__.validate_assignment(spec_class.model_construct(), name, value)
    except ValidationError as error:
        return sentence(error.errors()[0])
    return None


def flatten(spec: Spec) -> dict[str, Any]:
    """The settings as one flat dictionary with dotted names, such as ``{"data.n_train": 5000, "model.H": 128}``."""

    def walk(prefix: str, values: dict[str, Any]) -> dict[str, Any]:
        flat: dict[str, Any] = {}
        for key, value in values.items():
            flat |= walk(f"{prefix}{key}.", value) if isinstance(value, dict) else {f"{prefix}{key}": value}
        return flat

    return walk("", spec.model_dump())


def sentence(error: Any) -> str:
    """One pydantic error (an element of ``ValidationError.errors()``) as a sentence: field, value, what is allowed."""
    kinds = {cls.model_fields["kind"].default for cls in _all_specs() if "kind" in cls.model_fields}
    name = ".".join(str(part) for part in error["loc"] if part not in kinds)
    value, kind, context = error["input"], error["type"], error.get("ctx", {})
    if kind == "value_error":
        return f"{str(context['error']).rstrip('.')}."
    if kind == "extra_forbidden":
        return f"{name} is no setting of the lab. Remove it."
    if kind == "missing":
        return f"{name} is missing."
    if kind == "union_tag_not_found":
        return f"{name}.kind is missing; allowed is one of: {_kinds_of(name)}."
    if kind in ("union_tag_invalid", "literal_error"):
        given = value.get("kind") if isinstance(value, dict) else value
        allowed = context.get("expected_tags") or context.get("expected")
        return f"{name} is {_short(given)}; allowed is one of: {allowed}."
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return f"{name or 'The spec'} is {_short(value)}; allowed is a JSON object of settings."
    if kind == "string_pattern_mismatch":
        return f"{name} is {_short(value)}; allowed are small letters, digits, _ and - (first a letter or a digit)."
    allowed = _range(name) or error["msg"].replace("Input should be ", "").replace("String should have ", "")
    return f"{name or 'The spec'} is {_short(value)}; allowed is {allowed}."


def _all_specs(root: type[Spec] = Spec) -> Iterator[type[Spec]]:
    """Every spec class there is, parents first."""
    for cls in root.__subclasses__():
        yield cls
        yield from _all_specs(cls)


def _field(name: str) -> Any:
    """The field of a dotted or bare name, of the first spec that has one; None where none has."""
    bare = name.split(".")[-1]
    return next((cls.model_fields[bare] for cls in _all_specs() if bare in cls.model_fields), None)


def _kinds_of(name: str) -> str:
    """The kinds that a field such as ``model`` can be of."""
    field = _field(name)
    members = get_args(field.annotation) if field is not None else ()
    return ", ".join(repr(cls.model_fields["kind"].default) for cls in members)


def _short(value: Any) -> str:
    """A value as Python writes it; a page of text is cut."""
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:80]}..."


def _range(name: str) -> str | None:
    """The allowed range of a field in words, by its dotted or bare name."""
    field = _field(name)
    if field is None:
        return None
    low = high = ""
    constraints = list(field.metadata)
    for part in getattr(field.annotation, "__args__", ()):  # Annotated[...] | None keeps its ranges one level down
        for metadata in getattr(part, "__metadata__", ()):
            constraints += getattr(metadata, "metadata", [metadata])
    for constraint in constraints:
        if getattr(constraint, "ge", None) is not None:
            low = f"from {constraint.ge}"
        if getattr(constraint, "gt", None) is not None:
            low = f"above {constraint.gt}"
        if getattr(constraint, "le", None) is not None:
            high = f"up to {constraint.le}"
        if getattr(constraint, "lt", None) is not None:
            high = f"below {constraint.lt}"
    if not (low and high):
        return None
    whole = "a whole number " if "int" in str(field.annotation) else "a number "
    closed = low.startswith("from") and high.startswith("up to")
    return f"{whole}{low} {high.removeprefix('up ') if closed else f'and {high}'}"
