"""Short real trainings for votes: a network on built-in pictures, with one thread, and how well it then does."""

from core.specs import CNNSpec, DataSpec, MLPSpec, RunSpec
from core.specs.optimizers import OptimizerSpec
from core.votes.watched import listener


def accuracy(
    dataset: str,
    model: MLPSpec | CNNSpec,
    optimizer: OptimizerSpec,
    *,
    n_train: int,
    n_test: int,
    n_epochs: int,
    random_state: int,
    name: str,
) -> float:
    """Of the pictures that are held out of the training pictures, in percent; 0 where the run has diverged.

    The seed draws the pictures, their order and the first weights. Test pictures are not looked at. By ``name`` who
    watches the vote knows the curve.
    """
    from core.training.training import train

    spec = RunSpec(
        data=DataSpec(dataset=dataset, n_train=n_train, n_test=n_test, random_state=random_state,
                      judged_on="validation"),
        model=model, optimizer=optimizer, n_epochs=n_epochs, random_state=random_state, n_threads=1,
    )  # fmt: skip
    result = train(spec, listener(name, n_epochs))
    return 0.0 if result.status == "diverged" else 100 * result.test_accuracy
