"""The field's terms that the lessons use: one definition each, said everywhere where one is said.

Widgets take theirs by ``definition``; the pages' sentences by ``pages/shared/words/terms.py``. The source says where
the term is taught or who introduced it.
"""

from dataclasses import dataclass

from pages.shared.words.language import say


@dataclass(frozen=True)
class Term:
    """What a term means, in a sentence or two, and where it is from."""

    definition: str
    source: str


GLOSSARY = {
    "accuracy": Term("The share of pictures whose predicted class is the true one.", "handout, 1 (c)"),
    "batch": Term("The training pictures that one step looks at together.", "handout, 3 (a): batch_size"),
    "batch normalization": Term(
        "Brings each channel to mean 0 and standard deviation 1 over the batch, then scales and shifts it by two "
        "learnt numbers; in eval() it takes running means instead.",
        "handout, 3 (b); Ioffe and Szegedy 2015",
    ),
    "channel": Term("One of the grids that an image or a feature map is made of, such as red.", "handout, 2"),
    "confusion matrix": Term(
        "A table that counts, for each true class, how many of its pictures were given which predicted class.",
        "handout, 4 (a)",
    ),
    "cross-entropy": Term(
        "Minus the natural logarithm of the probability that the network gives to the true class; their mean.",
        "handout, 1 (b): CrossEntropyLoss",
    ),
    "cross-validation": Term(
        "The data are divided into K folds, and K networks are trained, each without one fold, which judges it.",
        "handout, 4 (b); Stone 1974",
    ),
    "data augmentation": Term(
        "Each time a training picture is used, it is cropped, flipped or shifted at random.",
        "handout, 5: RandomResizedCrop",
    ),
    "dilation": Term("How far apart the weights of a kernel lie on the image; 1: side by side.", "Yu and Koltun 2016"),
    "dropout": Term(
        "In each training step each unit is set to 0 with this probability; in eval() all of them count.",
        "handout, 3 (b); Srivastava et al. 2014",
    ),
    "embedding": Term(
        "The numbers that a layer near the end gives for a picture: similar pictures have similar numbers.",
        "Bengio, Courville and Vincent 2013",
    ),
    "epoch": Term("One pass over all training pictures.", "handout, 1 (b): num_epochs"),
    "feature map": Term(
        "What one filter gives when it has slid over the whole image: a grid that is large where its pattern is.",
        "handout, 2: activation map",
    ),
    "filter": Term(
        "A kernel for each channel of its input, and one bias; it gives one channel of the output.", "handout, 2"
    ),
    "fine-tuning": Term(
        "Training that begins with pretrained weights and goes on with all of them, at a low learning rate.",
        "handout, 5 (a)",
    ),
    "fold": Term("One of the K equal parts of the data in cross-validation; each is held out once.", "handout, 4 (b)"),
    "frozen": Term("Of weights that training leaves as they are.", "handout, 5 (b)"),
    "gradient": Term(
        "The derivative of the loss by each weight: in which direction, and how steeply, the loss rises.",
        "handout, 1 (b): backward()",
    ),
    "hidden unit": Term(
        "One number of a layer between input and output: a weighted sum of the layer before, then ReLU.",
        "handout, 1 (a): H",
    ),
    "kernel": Term("The small grid of weights that slides over the image.", "handout, 2, table 2"),
    "learning rate": Term(
        "The factor of each step: how far the weights are moved against the gradient.", "handout, 1 (b): lr"
    ),
    "logit": Term(
        "An output of the last layer before softmax; it can be any number, and the largest one is the predicted class.",
        "handout, 1 (a)",
    ),
    "loss": Term(
        "The number that training makes smaller: how badly the outputs fit the true classes. Here: cross-entropy.",
        "handout, 1 (b): criterion",
    ),
    "momentum": Term(
        "The part of the last movement that each step keeps: in one direction they add up, to and fro they cancel.",
        "handout, 1 (b); Polyak 1964",
    ),
    "optimizer": Term("The rule by which a gradient becomes a movement of the weights.", "handout, 6"),
    "overfitting": Term(
        "The network fits the training pictures better than new ones: the gap between the two curves grows.",
        "Goodfellow, Bengio and Courville 2016, 5.2",
    ),
    "padding": Term("Cells of zeros around the image, so that a window can begin beyond its edge.", "handout, 2"),
    "parameter": Term("A number that training changes: a weight or a bias.", "handout, 3 (e)"),
    "pooling": Term("Each window of a map becomes one number: its largest or its average.", "handout, 2"),
    "pretrained weights": Term(
        "Weights that were learnt from other, usually many more, pictures.", "handout, 5"
    ),
    "ReLU": Term("max(0, x): negative numbers become 0, the others stay.", "handout, 1 (a); Nair and Hinton 2010"),
    "seed": Term(
        "The number from which all chance is drawn, such as the initial weights and the order of the pictures. The "
        "same seed gives the same losses.",
        "handout, 4 (a): manual_seed",
    ),
    "softmax": Term(
        "Turns logits into probabilities: the exponential of each, divided by the sum of all of them.", "handout, 1 (a)"
    ),
    "step": Term("One update of the weights, by the gradient of one batch's loss.", "handout, 1 (b): optimizer.step()"),
    "stratified": Term("Divided so that each part has its share of every class.", "scikit-learn: StratifiedKFold"),
    "stride": Term("By how many cells the window moves from one output cell to the next.", "handout, 3 (b)"),
    "test set": Term("Pictures that training never sees; they judge the finished network.", "handout, 1 (c)"),
    "validation set": Term(
        "Training pictures that are held out to choose between settings, so that the test set stays unseen.",
        "handout, 4 (a)",
    ),
    "weight decay": Term(
        "Each step also takes a small part off every weight, so that none grows without need.",
        "Krogh and Hertz 1991; Loshchilov and Hutter 2019",
    ),
}


def definition(term: str) -> str:
    """Of a term, in the page's language; a ``KeyError`` where the glossary has none."""
    return say(GLOSSARY[term].definition)
