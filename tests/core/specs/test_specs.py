"""core/specs.py: settings survive JSON, and every wrong one gets a sentence with its name, value and range."""

import json
import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.lab.errors import ChalknetError
from core.models import build_model, count_parameters
from core.specs import (
    MAX_SEED,
    AdagradSpec,
    AdamSpec,
    AdamWSpec,
    CNNSpec,
    DataSpec,
    MLPSpec,
    RMSpropSpec,
    RunSpec,
    SGDSpec,
    SpecError,
    check_field,
    differences,
    flatten,
    parse_run_spec,
)
from core.specs.optimizers import AdadeltaSpec, NAdamSpec

SEEDS = st.integers(0, MAX_SEED)
RATES = st.floats(0, 10, exclude_min=True)
SPECS = st.builds(
    RunSpec,
    data=st.builds(
        DataSpec,
        dataset=st.from_regex(r"[a-z0-9][a-z0-9_-]{0,63}", fullmatch=True),
        n_train=st.integers(2, 1_000_000),
        n_test=st.integers(1, 1_000_000),
        random_state=SEEDS,
    ),
    model=st.one_of(
        st.builds(MLPSpec, H=st.integers(1, 4096)),
        st.builds(CNNSpec, dropout=st.floats(0, 1, exclude_max=True)),
    ),
    optimizer=st.one_of(
        st.builds(SGDSpec, learning_rate=RATES, momentum=st.floats(0, 1, exclude_max=True)),
        st.builds(AdamSpec, learning_rate=RATES),
        st.builds(AdamWSpec, weight_decay=st.floats(0, 1)),
        st.builds(RMSpropSpec, alpha=st.floats(0, 1, exclude_max=True)),
        st.builds(AdagradSpec, learning_rate=RATES),
        st.builds(NAdamSpec, momentum_decay=st.floats(0, 1)),
        st.builds(AdadeltaSpec, rho=st.floats(0, 1, exclude_max=True), eps=st.floats(1e-10, 1)),
    ),
    n_epochs=st.integers(1, 1000),
    max_seconds=st.none() | st.floats(0, 86_400, exclude_min=True),
    batch_size=st.integers(2, 4096),
    random_state=SEEDS,
    precision=st.sampled_from(["float32", "bfloat16"]),
    n_threads=st.integers(1, 256),
    device=st.sampled_from(["cpu", "cuda", "mps"]),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from([*RunSpec.model_fields, "kind"]) | st.text(), inner)
    ),
    max_leaves=8,
)


@given(SPECS)
def test_a_spec_comes_back_from_json_the_same(spec):
    back = parse_run_spec(spec.model_dump_json())
    assert back == spec
    assert hash(back) == hash(spec)  # pages keep pictures by their spec


def test_the_defaults_are_the_handouts_question_1():
    spec = parse_run_spec("{}")
    assert spec == RunSpec()
    assert (spec.model.H, spec.optimizer.learning_rate, spec.optimizer.momentum) == (128, 0.01, 0.9)
    assert (spec.n_epochs, spec.batch_size, AdamSpec().learning_rate, CNNSpec().dropout) == (
        4,
        32,
        0.001,
        0.1,
    )


# field, a value just outside, and how the sentence names the field, the value and the range
OUT_OF_RANGE = [
    ({"data": {"n_train": 1}}, "data.n_train is 1;", "a whole number from 2 to 1000000"),
    ({"data": {"n_train": 1_000_001}}, "data.n_train is 1000001;", "a whole number from 2 to 1000000"),
    ({"data": {"n_test": 0}}, "data.n_test is 0;", "a whole number from 1 to 1000000"),
    ({"data": {"n_test": 1_000_001}}, "data.n_test is 1000001;", "from 1 to 1000000"),
    ({"data": {"random_state": -1}}, "data.random_state is -1;", "a whole number from 0 to 4294967295"),
    ({"data": {"random_state": 2**32}}, "data.random_state is 4294967296;", "from 0 to 4294967295"),
    ({"data": {"judged_on": "exam"}}, "data.judged_on is 'exam';", "'test' or 'validation'"),
    ({"data": {"dataset": "../etc"}}, "data.dataset is '../etc';", "small letters, digits"),
    ({"data": {"dataset": ""}}, "data.dataset is '';", "at least 1 character"),
    ({"data": {"dataset": "a" * 65}}, "data.dataset is 'aaaa", "at most 64 characters"),
    ({"model": {"kind": "mlp", "H": 0}}, "model.H is 0;", "a whole number from 1 to 4096"),
    ({"model": {"kind": "mlp", "H": 4097}}, "model.H is 4097;", "a whole number from 1 to 4096"),
    ({"model": {"kind": "mlp", "H": 12.5}}, "model.H is 12.5;", "a whole number from 1 to 4096"),
    ({"model": {"kind": "mlp", "H": "many"}}, "model.H is 'many';", "a whole number from 1 to 4096"),
    ({"model": {"kind": "mlp", "H": None}}, "model.H is None;", "a whole number from 1 to 4096"),
    ({"model": {"kind": "cnn", "dropout": 1}}, "model.dropout is 1;", "from 0 and below 1"),
    ({"model": {"kind": "cnn", "dropout": -0.1}}, "model.dropout is -0.1;", "from 0 and below 1"),
    ({"model": {"kind": "cnn", "dropout": math.nan}}, "model.dropout is nan;", "from 0 and below 1"),
    ({"model": {"kind": "cnn", "channels1": 0}}, "model.channels1 is 0;", "a whole number from 1 to 256"),
    ({"model": {"kind": "cnn", "channels2": 257}}, "model.channels2 is 257;", "a whole number from 1 to 256"),
    ({"model": {"kind": "cnn", "batch_norm": "maybe"}}, "model.batch_norm is 'maybe';", "boolean"),
    ({"judges_training": "maybe"}, "judges_training is 'maybe';", "boolean"),
    ({"model": {"kind": "rnn"}}, "model is 'rnn';", "'mlp', 'cnn'"),
    ({"model": {"H": 3}}, "model.kind is missing;", "'mlp', 'cnn'"),
    (
        {"optimizer": {"kind": "sgd", "learning_rate": 0}},
        "optimizer.learning_rate is 0;",
        "above 0 and up to 10",
    ),
    (
        {"optimizer": {"kind": "sgd", "learning_rate": 10.1}},
        "optimizer.learning_rate is 10.1;",
        "above 0 and up to 10",
    ),
    (
        {"optimizer": {"kind": "adam", "learning_rate": math.inf}},
        "learning_rate is inf;",
        "above 0 and up to 10",
    ),
    ({"optimizer": {"kind": "adam", "learning_rate": -1}}, "learning_rate is -1;", "above 0 and up to 10"),
    ({"optimizer": {"kind": "sgd", "momentum": 1}}, "optimizer.momentum is 1;", "from 0 and below 1"),
    ({"optimizer": {"kind": "sgd", "momentum": -0.5}}, "optimizer.momentum is -0.5;", "from 0 and below 1"),
    ({"optimizer": {"kind": "rprop"}}, "optimizer is 'rprop';", "'sgd', 'rmsprop', 'adagrad', 'adam', 'adamw'"),
    ({"optimizer": {"kind": "sgd", "momentum": 0, "nesterov": True}}, "momentum is 0", "needs one"),
    ({"optimizer": {"kind": "adam", "beta1": 1}}, "optimizer.beta1 is 1;", "from 0 and below 1"),
    ({"optimizer": {"kind": "adamw", "beta2": -1}}, "optimizer.beta2 is -1;", "from 0 and below 1"),
    ({"optimizer": {"kind": "adamw", "weight_decay": 2}}, "optimizer.weight_decay is 2;", "from 0 to 1"),
    ({"optimizer": {"kind": "rmsprop", "alpha": 1.5}}, "optimizer.alpha is 1.5;", "from 0 and below 1"),
    ({"optimizer": {"kind": "nadam", "momentum_decay": 1.1}}, "optimizer.momentum_decay is 1.1;", "from 0 to 1"),
    ({"optimizer": {"kind": "adadelta", "rho": 1}}, "optimizer.rho is 1;", "from 0 and below 1"),
    ({"optimizer": {"kind": "adadelta", "eps": 0}}, "optimizer.eps is 0;", "from 1e-10 to 1"),
    ({"schedule": {"kind": "weekly"}}, "schedule is 'weekly';", "'constant', 'step', 'cosine', 'warmup'"),
    ({"schedule": {"kind": "step", "every": 0}}, "schedule.every is 0;", "from 1 to 1000"),
    ({"schedule": {"kind": "step", "gamma": 1}}, "schedule.gamma is 1;", "above 0 and below 1"),
    ({"schedule": {"kind": "warmup", "epochs": 101}}, "schedule.epochs is 101;", "from 1 to 100"),
    ({"task": "juggle"}, "task is 'juggle';", "'train'"),
    ({"task": ["train"]}, "task is ['train'];", "'train'"),
    ({"n_epochs": 0}, "n_epochs is 0;", "a whole number from 1 to 1000"),
    ({"n_epochs": 1001}, "n_epochs is 1001;", "a whole number from 1 to 1000"),
    ({"n_epochs": "7" * 2000}, "n_epochs is '7777", "a whole number from 1 to 1000"),
    ({"data": 5}, "data is 5;", "a JSON object of settings"),
    ({"model": []}, "model is [];", "a JSON object of settings"),
    ({"max_seconds": 0}, "max_seconds is 0;", "above 0 and up to 86400"),
    ({"max_seconds": 86_401}, "max_seconds is 86401;", "above 0 and up to 86400"),
    ({"max_seconds": math.nan}, "max_seconds is nan;", "above 0 and up to 86400"),
    ({"batch_size": 0}, "batch_size is 0;", "a whole number from 1 to 4096"),
    ({"batch_size": 4097}, "batch_size is 4097;", "a whole number from 1 to 4096"),
    ({"batch_size": 1, "model": {"kind": "resnet18"}}, "batch_size is 1;", "at least 2"),
    ({"earlier": [{"until_epoch": 4, "optimizer": {"kind": "sgd"}}]}, "earlier ends at the epochs [4];", "below"),
    ({"earlier": 3}, "earlier is 3;", "allowed is"),
    ({"random_state": -1}, "random_state is -1;", "a whole number from 0 to 4294967295"),
    ({"random_state": 2**32}, "random_state is 4294967296;", "from 0 to 4294967295"),
    ({"precision": "float16"}, "precision is 'float16';", "'float32' or 'bfloat16'"),
    ({"n_threads": 0}, "n_threads is 0;", "a whole number from 1 to 256"),
    ({"n_threads": 257}, "n_threads is 257;", "a whole number from 1 to 256"),
    ({"threads_of_epochs": [1, 0]}, "threads_of_epochs.1 is 0;", "allowed is"),
    ({"device": "tpu"}, "device is 'tpu';", "'cpu', 'cuda' or 'mps'"),
]


@pytest.mark.parametrize(("wrong", "names", "allowed"), OUT_OF_RANGE)
def test_a_wrong_setting_gets_a_sentence(wrong, names, allowed):
    with pytest.raises(SpecError) as caught:
        parse_run_spec(wrong)
    sentence = str(caught.value)
    assert names in sentence
    assert allowed in sentence
    assert sentence.endswith(".")
    assert "Input" not in sentence  # pydantic's own words
    assert len(sentence) < 250
    assert "\n" not in sentence
    assert isinstance(caught.value, ChalknetError)


_EVERY_KIND = (
    RunSpec(model=CNNSpec()),
    *(RunSpec(optimizer=kind()) for kind in (SGDSpec, AdamSpec, AdamWSpec, RMSpropSpec, AdagradSpec)),
)


def test_every_setting_is_tried_above():
    tried = {name for wrong, *_ in OUT_OF_RANGE for name in _names(wrong)}
    every = {n for spec in _EVERY_KIND for n in flatten(spec)}
    assert every <= tried


def _names(values, prefix=""):
    for key, value in values.items():
        yield from _names(value, f"{prefix}{key}.") if isinstance(value, dict) else [f"{prefix}{key}"]


def test_every_wrong_setting_gets_its_own_sentence():
    with pytest.raises(SpecError) as caught:
        parse_run_spec({"n_epochs": 0, "batch_size": -3, "learning_rate": 1})
    assert all(
        part in str(caught.value)
        for part in ("n_epochs is 0;", "batch_size is -3;", "learning_rate is no setting")
    )


@pytest.mark.parametrize("where", ["data", "model", "optimizer"])
def test_an_unknown_setting_is_named(where):
    kinds = {"data": {}, "model": {"kind": "cnn"}, "optimizer": {"kind": "adam"}}
    with pytest.raises(SpecError, match=rf"{where}\.nesterov is no setting of the lab"):
        parse_run_spec({where: {**kinds[where], "nesterov": True}})


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "{",
            "nonsense",
            "{'n_epochs': 1}",
            "[]",
            "3",
            "null",
            '"text"',
            '{"data": 5}',
            '{"model": []}',
        ),
        *("\ufeff{}", "\0", '{"n_epochs": ' + "9" * 5000 + "}", "[" * 100_000),
    ],
    ids=range(14),
)
def test_what_is_no_json_object_of_settings_is_refused_in_words(text):
    with pytest.raises(SpecError, match=r"\w.*\.$"):
        parse_run_spec(text)


@settings(max_examples=200)
@given(JSON)
@example({"n_epochs": {"kind": "mlp"}})
@example({"model": {"kind": ["mlp"]}})
def test_any_json_is_either_settings_or_a_sentence(value):
    text, sentence = json.dumps(value), "."
    try:
        text = parse_run_spec(text).model_dump_json()
    except SpecError as error:
        sentence = str(error)
    else:
        assert parse_run_spec(text).model_dump_json() == text
    assert sentence.endswith(".")


@pytest.mark.parametrize(
    ("spec_class", "name", "good", "bad"),
    [
        (MLPSpec, "H", "128", "0"),
        (SGDSpec, "learning_rate", "0.01", "eleven"),
        (RunSpec, "batch_size", 32, 5000),
        (DataSpec, "n_train", "500", "1e9"),
    ],
)
def test_one_field_can_be_tried_alone(spec_class, name, good, bad):
    assert check_field(spec_class, name, good) is None
    sentence = check_field(spec_class, name, bad)
    assert sentence.startswith(f"{name} is {bad!r}; allowed is ")


def test_a_spec_cannot_be_changed():
    with pytest.raises(ValueError, match="frozen"):
        RunSpec().n_epochs = 9


@given(SPECS, SPECS)
def test_differences_are_exactly_what_flatten_shows_apart(first, second):
    assert differences(first, first) == {}
    changed = differences(first, second)
    a, b = flatten(first), flatten(second)
    assert all(changed[name] == (a.get(name), b.get(name)) for name in changed)
    assert all(a[name] == b[name] for name in a.keys() & b.keys() - changed.keys())
    assert (not changed) == (first == second)
    assert differences(second, first) == {name: pair[::-1] for name, pair in changed.items()}


def test_flatten_and_differences_use_dotted_names():
    first, second = RunSpec(), RunSpec(optimizer=SGDSpec(learning_rate=0.1))
    assert flatten(first)["data.n_train"] == 5000
    assert not any(isinstance(value, dict) for value in flatten(first).values())
    assert differences(first, second) == {"optimizer.learning_rate": (0.01, 0.1)}


@settings(max_examples=30)
@given(H=st.integers(1, 300), n_classes=st.integers(2, 100))
@example(H=128, n_classes=10)
@example(H=1024, n_classes=10)
def test_the_number_of_parameters_is_torchs(H, n_classes):
    assert MLPSpec(H=H).n_parameters(n_classes) == count_parameters(build_model(MLPSpec(H=H), n_classes))
