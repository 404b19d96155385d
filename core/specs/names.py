"""What the settings are called when one speaks of them: each spec gives its fields their titles."""

from collections.abc import Iterator
from functools import cache

from pydantic import BaseModel

from core.specs import tasks
from core.specs.base import specs_in
from core.specs.optimizers import Coefficient


def setting_name(name: str) -> str:
    """Of a setting by its dotted name: ``"optimizer.learning_rate"`` is ``"the learning rate"``.

    A setting of another version of the lab keeps its own name.
    """
    return _names().get(name, name)


@cache
def _names() -> dict[str, str]:
    return {name: told for task in tasks.TASKS for name, told in _titles(tasks.spec_class(task))}


def _titles(spec_class: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, field in spec_class.model_fields.items():
        word = next((entry.word for entry in field.metadata if isinstance(entry, Coefficient)), None)
        if told := field.title or word:
            yield prefix + name, told
        for part in specs_in(field.annotation):
            if told and "kind" in part.model_fields:  # which of several specs stands there
                yield f"{prefix}{name}.kind", told
            yield from _titles(part, f"{prefix}{name}.")
