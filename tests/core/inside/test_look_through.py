"""core/inside/look_through.py: what layers answer, against the networks' own forward pass."""

import numpy as np
import pytest
import torch

from core import datasets
from core.engine.worker import execute
from core.inside import inspection
from core.inside.look_through import look_through
from core.lab.errors import ChalknetError
from core.runs import create
from core.specs import CNNSpec, DataSpec, MLPSpec, RunSpec

DATA = DataSpec(n_train=100, n_test=100)
CNN = RunSpec(data=DATA, model=CNNSpec(channels1=4, channels2=6), n_epochs=1, n_threads=1)


def test_the_answers_before_training_are_those_of_the_first_weights(home):
    seen = look_through(CNN, 7)
    images = datasets.load_for(DATA)
    assert np.array_equal(seen.picture, images.test_images[7])
    assert seen.class_name == images.class_names[images.test_labels[7]]
    assert not seen.is_trained
    model = inspection.network_before(CNN, 10)
    for name, maps in inspection.feature_maps(model, seen.picture).items():
        np.testing.assert_allclose(seen.answers[name], maps, atol=1e-5)
    with torch.no_grad():
        scores = model(inspection.to_input(seen.picture[None]))[0].numpy()
    np.testing.assert_allclose(seen.answers["fc_layer.6"], scores, atol=1e-5)


def test_the_answers_of_a_run_are_those_of_its_last_weights(home):
    run = create(CNN, page="cnn", owner="ann")
    execute(str(run.folder))
    seen = look_through(run.spec, 3, run.id)
    assert seen.is_trained
    own = inspection.feature_maps(inspection.load_network(run, 10), seen.picture)["conv_layer.10"]
    np.testing.assert_allclose(seen.answers["conv_layer.10"], own, atol=1e-5)
    assert not np.allclose(own, look_through(CNN, 3).answers["conv_layer.10"])


def test_a_perceptrons_layers_answer_in_a_row(home):
    seen = look_through(RunSpec(data=DATA, model=MLPSpec(H=16)), 10_000)  # there are fewer: the last one
    assert np.array_equal(seen.picture, datasets.load_for(DATA).test_images[-1])
    assert [answer.shape for answer in seen.answers.values()] == [(16,), (16,), (16,), (10,)]


def test_a_run_without_weights_is_one_sentence(home):
    run = create(CNN, page="cnn", owner="ann")
    with pytest.raises(ChalknetError, match="These weights are not there"):
        look_through(run.spec, 0, run.id)
