"""Cases in the network and its outputs."""

import math

from core.clinic.case import Case, Sign

PLAIN = "return self.linear4(x)"

CASES = (
    Case(
        "softmax_before_loss", "softmax before CrossEntropyLoss", "middle",
        "CrossEntropyLoss applies log_softmax itself. It gets numbers between 0 and 1 in the place of logits: the loss "
        "can't fall below 1.46, and the gradients are small.",
        (
            Sign("batch_of_one", "The ten outputs of each picture are between 0 and 1 and their sum is 1: "
                 "probabilities, not logits.", lambda f: f["worst_sum"] < 1e-3 and f["lowest"] >= 0),
            Sign("overfit_one_batch", "The loss of one batch stays above 1.46 = ln(e + 9) - 1, the least there is for "
                 "probabilities.", lambda f: f["lowest"] > 1.461),
        ),
        (("return F.softmax(self.linear4(x), dim=1)", PLAIN),),
    ),
    Case(
        "log_softmax_before_loss", "log_softmax before CrossEntropyLoss (harmless)", "hard",
        "CrossEntropyLoss applies log_softmax itself; log_softmax of log_softmax is the same once more. It is "
        "superfluous, as in the handout, and changes neither the loss nor what is learnt.",
        (
            Sign("batch_of_one", "The exponentials of each picture's ten outputs add up to 1, alone as in a batch: "
                 "they are log-probabilities.", lambda f: f["worst_sum_of_exp"] < 1e-3 and f["changed"] == 0),
            Sign("overfit_one_batch", "One batch is learnt by heart as a sound loop learns it.",
                 lambda f: f["last"] < f["first"] - 0.5),
        ),
        (("return F.log_softmax(self.linear4(x), dim=1)", PLAIN),),
        is_harmless=True,
    ),
    Case(
        "log_softmax_over_batch", "log_softmax over the batch (dim=0)", "hard",
        "dim=0 is the batch: a picture's outputs depend on its neighbours. CrossEntropyLoss normalises over the "
        "classes once more, which hides it; alone, a picture gets zeros only.",
        (
            Sign("batch_of_one", "Alone, a picture's ten outputs are all 0, and the predicted class is another one for "
                 "most pictures.", lambda f: f["changed"] > 0.3 and abs(f["sum_of_exp"] - 10) < 1e-3),
            Sign("overfit_one_batch", "One batch is learnt: the curve gives nothing away.",
                 lambda f: f["last"] < f["first"] - 0.5),
        ),
        (("return F.log_softmax(self.linear4(x), dim=0)", PLAIN),),
    ),
    Case(
        "no_relu", "No ReLU between the layers", "middle",
        "Four linear layers without anything between them are one linear layer, whatever their number.",
        (
            Sign("halfway", "The outputs halfway between two pictures are the mean of the two pictures' outputs: "
                 "nothing bends.", lambda f: f["bend"] < 0.005),
            Sign("overfit_one_batch", "One batch of 32 is learnt: with 3,072 inputs a linear model can do that.",
                 lambda f: f["last"] < f["first"] - 0.5),
        ),
        tuple((f"x = self.linear{i}(x)", f"x = F.relu(self.linear{i}(x))") for i in (1, 2, 3)),
    ),
    Case(
        "zero_weights", "All weights are zero at the start", "hard",
        "With all weights zero the hidden units are 0, and so are the gradients of every weight. Only the last layer's "
        "biases move, which can learn at most how frequent the classes are.",
        (
            Sign("gradient_norms", "The gradients of all layers but the last are exactly 0.",
                 lambda f: f["n_zero"] == f["n_layers"] - 1),
            Sign("loss_at_the_start", "The first loss is ln 10 to the third digit: all ten outputs are the same.",
                 lambda f: abs(f["loss"] - f["expected"]) < 5e-4),
            Sign("weight_movement", "Every layer begins at 0, and only the last one moves.",
                 lambda f: f["n_began_at_zero"] == f["n_layers"] and f["n_still"] == f["n_layers"] - 1),
        ),
        (("    for parameter in model.parameters():\n        nn.init.zeros_(parameter)\n", ""),),
    ),
    Case(
        "log_softmax_into_skorch", "LogSoftmax into skorch's default loss", "easy",
        "skorch's NeuralNetClassifier has NLLLoss by default and expects probabilities, of which it takes the "
        "logarithm. Log-probabilities are negative; their logarithm is no number, from the first batch on.",
        (
            Sign("loss_at_the_start", "The loss of the very first batch is no number, before any step.",
                 lambda f: not math.isfinite(f["loss"])),
            Sign("overfit_one_batch", "No step on one batch has a number for a loss.",
                 lambda f: not math.isfinite(f["last"])),
        ),
        (("return F.log_softmax(self.linear4(x), dim=1)", "return F.softmax(self.linear4(x), dim=1)"),),
    ),
)  # fmt: skip
