"""What every spec is made of: frozen fields with ranges, and one sentence for each value that is out of them."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from core.lab.errors import ChalknetError

MAX_SEED = 2**32 - 1  # what NumPy's legacy seeding, scikit-learn's random_state and torch all accept

Seed = Annotated[int, Field(ge=0, le=MAX_SEED)]
LearningRate = Annotated[float, Field(gt=0, le=10, allow_inf_nan=False)]


_BEGINNINGS = re.compile("^(Input should be|(String|Tuple|List) should have) ")  # of pydantic's messages
_LONGEST_NAME = 80  # letters of a setting's name that a sentence repeats

# The context in which pydantic checks settings that the lab itself has written, perhaps in an earlier version
STORED = "stored"


class SpecError(ChalknetError):
    """Settings that no run can have; the text names the field, the value and the allowed range."""


class Spec(BaseModel):
    """Base of all specs: frozen, and a field that does not exist is an error rather than ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def model_copy(self, *, update: Mapping[str, object] | None = None, deep: bool = False) -> Self:
        """A copy with changes, which is checked like any other spec.

        Raises
        ------
        SpecError
            If there can be no such spec.
        """
        given = {name: getattr(self, name) for name in type(self).model_fields} | dict(update or {})
        try:
            return self.model_validate(given)
        except ValidationError as error:
            raise SpecError(sentences(error, type(self))) from error


def check_field(spec_class: type[Spec], name: str, value: object) -> str | None:
    """The sentence for one wrong value of one field, or ``None`` where the value is allowed.

    Parameters
    ----------
    spec_class : type of Spec
        The spec that has the field, such as ``MLPSpec``.
    name : str
        The field's name.
    value : object
        The value to try; text such as ``"0.01"`` counts as the number that it spells.
    """
    try:
        spec_class.__pydantic_validator__.validate_assignment(spec_class.model_construct(), name, value)
    except ValidationError as error:
        return _sentence(error.errors()[0], spec_class)
    return None


def flatten(spec: Spec) -> dict[str, object]:
    """The settings as one flat dictionary with dotted names, such as ``{"data.n_train": 5000, "model.H": 128}``."""

    def walk(prefix: str, values: dict[str, object]) -> dict[str, object]:
        flat: dict[str, object] = {}
        for key, value in values.items():
            flat |= walk(f"{prefix}{key}.", value) if isinstance(value, dict) else {f"{prefix}{key}": value}
        return flat

    return walk("", spec.model_dump())


def sentences(error: ValidationError, spec_class: type[BaseModel]) -> str:
    """All that was wrong with the settings of a spec, a sentence each: field, value, what is allowed."""
    return " ".join(_sentence(one, spec_class) for one in error.errors())


def _sentence(error: ErrorDetails, spec_class: type[BaseModel]) -> str:
    name, field = _place(spec_class, error["loc"])
    name = name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"  # of a setting that there is not
    value, kind, context = error["input"], error["type"], error.get("ctx", {})
    if kind == "value_error":
        return f"{str(context['error']).rstrip('.')}."
    if kind == "extra_forbidden":
        return f"{name} is no setting of the lab. Remove it."
    if kind == "missing":
        return f"{name} is missing."
    if kind == "union_tag_not_found":
        return f"{name}.kind is missing; allowed is one of: {', '.join(map(repr, _kinds(field)))}."
    if kind in ("union_tag_invalid", "literal_error"):
        given = value.get("kind") if isinstance(value, dict) else value
        allowed = context.get("expected_tags") or context.get("expected")
        return f"{name} is {_short(given)}; allowed is one of: {allowed}."
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return f"{name or 'The spec'} is {_short(value)}; allowed is a JSON object of settings."
    if kind == "string_pattern_mismatch" and field is not None and field.description:
        return f"{name} is {_short(value)}; {field.description}."
    allowed = _range(field) or _BEGINNINGS.sub("", error["msg"].split(" after validation")[0])
    return f"{name or 'The spec'} is {_short(value)}; allowed is {allowed}."


def _place(spec_class: type[BaseModel], location: tuple[int | str, ...]) -> tuple[str, FieldInfo | None]:
    """A location in pydantic's error as a dotted name and the field that it names, from the class that was validated.

    A location goes through fields, numbers of items, and the kinds of specs that one field can be of.
    """
    names: list[str] = []
    field: FieldInfo | None = None
    inside: list[type[BaseModel]] = [spec_class]
    for part in location:
        if isinstance(part, int):
            names.append(str(part))
            continue
        of_kind = [cls for cls in inside if _kind(cls) == part]
        if of_kind and len(inside) > 1:
            inside = of_kind
            continue
        names.append(part)
        field = next((cls.model_fields[part] for cls in inside if part in cls.model_fields), None)
        inside = [] if field is None else specs_in(field.annotation)
    return ".".join(names), field


def specs_in(annotation: object) -> list[type[BaseModel]]:
    """The spec classes that stand in an annotation, such as both of ``tuple[A | B, ...]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [cls for part in get_args(annotation) for cls in specs_in(part)]


def _kind(cls: type[BaseModel]) -> str | None:
    """What tells a spec class from the others that one field can be of."""
    return cls.model_fields["kind"].default if "kind" in cls.model_fields else None


def _kinds(field: FieldInfo | None) -> list[str | None]:
    """The kinds that a field such as ``model`` can be of."""
    return [] if field is None else [_kind(cls) for cls in specs_in(field.annotation)]


def _short(value: object) -> str:
    """A value as Python writes it; a page of text is cut."""
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:80]}..."


def _range(field: FieldInfo | None) -> str | None:
    """The allowed range of a field in words; None where it has no two ends."""
    if field is None:
        return None
    limits: dict[str, object] = {}
    for constraint in _constraints(field):
        for end in ("ge", "gt", "le", "lt", "multiple_of"):
            if (limit := getattr(constraint, end, None)) is not None:
                limits[end] = limit
    if not (limits.keys() & {"ge", "gt"} and limits.keys() & {"le", "lt"}):
        return None
    whole = "a whole number " if "int" in str(field.annotation) else "a number "
    low = f"from {limits['ge']}" if "ge" in limits else f"above {limits['gt']}"
    if "ge" in limits and "le" in limits:
        return f"{whole}{low} to {limits['le']}{_multiples(limits)}"
    return f"{whole}{low} and " + (f"up to {limits['le']}" if "le" in limits else f"below {limits['lt']}")


def _multiples(limits: dict[str, Any]) -> str:
    """Where only some numbers of a range are allowed, which."""
    if (step := limits.get("multiple_of")) is None:
        return ""
    every = range(-(-limits["ge"] // step) * step, limits["le"] + 1, step)
    return f" that is a multiple of {step}: {', '.join(map(str, every[:-1]))} or {every[-1]}"


def _constraints(field: FieldInfo) -> list[object]:
    """What limits a field's values, or the items of a field that holds several."""
    found = list(field.metadata)
    for part in getattr(field.annotation, "__args__", ()):  # Annotated[...] | None keeps its ranges one level down
        for metadata in getattr(part, "__metadata__", ()):
            found += getattr(metadata, "metadata", [metadata])
    return found
