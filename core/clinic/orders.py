"""The tests that can be ordered, a line each; ``core.clinic.measures`` computes them, and this needs no torch."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Order:
    """A test on the list.

    Attributes
    ----------
    key : str
        Of the finding, and the name of its function in ``core.clinic.measures``.
    title : str
    asks : str
        What is done, as a sentence.
    n_steps : int
        About how many training steps its work is worth: times what a step of the patient took, it is the price.
    """

    key: str
    title: str
    asks: str
    n_steps: int


ORDERS = (
    Order("overfit_one_batch", "Overfit one batch",
          "A new network of this script trains 100 steps on the same batch. A sound loop can learn it by heart.", 110),
    Order("loss_at_the_start", "Loss at the start",
          "The loss of the first batch, before any step, against ln 10; with K folds also each fold's first.", 12),
    Order("gradient_norms", "Gradient norms",
          "Ten steps on one batch with a learning rate of 0, so that the weights stay: the gradient's norm, "
          "per layer and per step.", 22),
    Order("weight_movement", "Weight movement per layer",
          "30 steps of training: how far each layer's weights have gone from their first values.", 42),
    Order("predicted_classes", "Predicted classes",
          "Which classes the trained network predicts for the test pictures, and how often.", 10),
    Order("batch_with_labels", "A batch with its labels",
          "The first 16 training pictures as the network gets them, each with its label.", 12),
    Order("inputs", "Mean and spread of the inputs",
          "Mean, standard deviation, smallest and largest input, in training and in test.", 12),
    Order("train_against_eval", "train() against eval()",
          "The test pictures judged in eval() mode and in train() mode, beside what the script itself reports.", 30),
    Order("batch_of_one", "Batch of one",
          "Test pictures judged alone and in a batch of 100, the outputs for one of them, and the size of the last "
          "training batch.", 30),
    Order("fresh_pictures", "Fresh pictures",
          "The accuracy on pictures that this script has never had, beside the test accuracy that it reports.", 16),
    Order("halfway", "Halfway between two pictures",
          "The outputs for the mean of two pictures against the mean of their outputs: equal where nothing bends.", 12),
)  # fmt: skip
BY_KEY = {order.key: order for order in ORDERS}
