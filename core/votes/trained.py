"""Short real trainings for votes: a network on built-in pictures, with one thread, and how well it then does."""

from core.specs import CNNSpec, DataSpec, MLPSpec, RunSpec
from core.specs.optimizers import OptimizerSpec


def accuracy(
    dataset: str,
    model: MLPSpec | CNNSpec,
    optimizer: OptimizerSpec,
    *,
    n_train: int,
    n_test: int,
    n_epochs: int,
    random_state: int,
) -> float:
    """Of the pictures that are held out of the training pictures, in percent; 0 where the run has diverged.

    The seed draws the pictures, their order and the first weights. Test pictures are not looked at.
    """
    from core.training.training import train

    spec = RunSpec(
        data=DataSpec(dataset=dataset, n_train=n_train, n_test=n_test, random_state=random_state,
                      judged_on="validation"),
        model=model, optimizer=optimizer, n_epochs=n_epochs, random_state=random_state, n_threads=1,
    )  # fmt: skip
    result = train(spec)
    return 0.0 if result.status == "diverged" else 100 * result.test_accuracy
