"""The lab's pages, a line each: Home's cards, every heading, the links to runs and their titles are made from it.

Streamlit finds the pages by their files in ``pages/``, whose names give the order, the word in the sidebar, and the
address; a test holds the two lists together. To add a lesson: ``pages/N_Name.py``, the lesson's folder, an entry here,
its tests.
"""

from dataclasses import dataclass

from core.lab.places import imported
from core.specs import DataSpec, RunSpec
from pages.shared.words.language import say


@dataclass(frozen=True)
class Lesson:
    """A page of the lab.

    Attributes
    ----------
    key : str
        What its runs carry as ``page`` in their ``meta.json``. Runs are out there that have it, so it stays.
    file : str
        As ``st.page_link`` takes it.
    title : str
        At the head of the page, and the browser's tab.
    sentence : str
        On its card on Home: what there is to see.
    tagline : str
        Under the title, as Markdown.
    icon : str
        Of Google's Material Symbols.
    number : int or None
        Of the handout's question; None for a page that belongs to all of them.
    defaults : str
        The place of a function that takes the chosen pictures (a ``DataSpec``) and gives the runs of the lesson's own
        experiment, as its widgets stand untouched. Empty where nothing is trained.
    words : tuple of str
        The glossary's terms (``pages/shared/words/glossary.py``) that it uses.
    languages : tuple of str
        Of ``pages/shared/words/language.py``, besides English: those that it has a catalogue for.
    """

    key: str
    file: str
    title: str
    icon: str
    sentence: str = ""
    tagline: str = ""
    number: int | None = None
    defaults: str = ""
    words: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """Such as ``"1. Multi-layer perceptron"``, in the page's language."""
        return say(self.title) if self.number is None else f"{self.number}. {say(self.title)}"

    @property
    def address(self) -> str:
        """The last part of its URL, such as ``"Cross-validation"``; empty for Home."""
        name = self.file.removeprefix("pages/").removesuffix(".py")
        return "" if name == "app" else name.lstrip("0123456789_")

    @property
    def name(self) -> str:
        """Where room is short, as in a table of runs: ``"4 Cross-validation"``."""
        return self.address if self.number is None else f"{self.number} {self.address}"

    def default_runs(self, data: DataSpec) -> list[RunSpec]:
        """What its own experiment trains on these pictures until somebody changes a setting; needs no torch."""
        made: list[RunSpec] = imported(self.defaults)(data) if self.defaults else []
        return made


LESSONS = (
    Lesson(
        "home", "app.py", "Chalknet", ":material/home:",
        tagline="The deep-learning chalkboard that computes. Move a slider, press **Train**, and watch a real network "
        "learn; step through a convolution one multiply-add at a time.",
        languages=("fr",),
    ),
    Lesson(
        "perceptron", "pages/1_Perceptron.py", "Multi-layer perceptron", ":material/hub:",
        "Four linear layers learn to name pictures, live.",
        "Four fully connected layers see a picture as 3,072 numbers in a row and learn to name it.",
        number=1, defaults="pages.perceptron.defaults:default_runs", languages=("fr",),
        words=(
            "accuracy", "batch", "confusion matrix", "cross-entropy", "epoch", "gradient", "hidden unit",
            "learning rate", "logit", "loss", "momentum", "overfitting", "parameter", "ReLU", "seed", "softmax", "step",
            "test set",
        ),
    ),
    Lesson(
        "convolution", "pages/2_Convolution.py", "Convolution by hand", ":material/grid_on:",
        "Every multiply-add of a convolution, and pooling.",
        number=2, languages=("fr",),
        words=("channel", "dilation", "feature map", "filter", "kernel", "padding", "pooling", "ReLU", "stride"),
    ),
    Lesson(
        "cnn", "pages/3_CNN.py", "Convolutional network", ":material/layers:",
        "The same pictures, seen by filters: train it and look inside.",
        "Small filters slide over the picture, as in Question 2, but their numbers are learnt.",
        number=3, defaults="pages.cnn.defaults:default_runs",
        words=(
            "accuracy", "batch", "batch normalization", "channel", "confusion matrix", "dropout", "epoch",
            "feature map", "filter", "kernel", "learning rate", "logit", "loss", "overfitting", "padding", "parameter",
            "pooling", "ReLU", "softmax", "step", "stride", "test set",
        ),
    ),
    Lesson(
        "crossval", "pages/4_Cross-validation.py", "skorch and K folds", ":material/view_week:",
        "Fewer lines, and how far one split can mislead.",
        "The network becomes a scikit-learn classifier; then several splits tell how far a single one can mislead.",
        number=4, defaults="pages.cross_validation.defaults:default_runs",
        words=(
            "accuracy", "batch", "confusion matrix", "cross-validation", "epoch", "fold", "learning rate",
            "overfitting", "seed", "stratified", "test set", "validation set",
        ),
    ),
    Lesson(
        "transfer", "pages/5_Transfer.py", "Transfer learning", ":material/move_down:",
        "What pretrained weights buy with few pictures.",
        "ResNet-18 has learnt from many pictures of other things. How few pictures of yours are now enough?",
        number=5, defaults="pages.transfer.defaults:default_runs",
        words=(
            "accuracy", "batch normalization", "data augmentation", "embedding", "epoch", "fine-tuning", "frozen",
            "learning rate", "overfitting", "pretrained weights", "test set",
        ),
    ),
    Lesson(
        "optimizers", "pages/6_Optimizers.py", "Optimizers", ":material/speed:",
        "A fair race, and each step in numbers.",
        "The same network, the same pictures, the same start: only the way the weights are moved differs.",
        number=6, defaults="pages.optimizers.defaults:default_runs",
        words=(
            "accuracy", "batch", "epoch", "gradient", "learning rate", "loss", "momentum", "optimizer", "seed", "step",
            "weight decay",
        ),
    ),
    Lesson(
        "clinic", "pages/7_Bug_clinic.py", "Bug clinic", ":material/stethoscope:",
        "Training scripts with one bug or none: order tests, name it.",
        "A training script is ill, or sound. Watch it train, order tests, name the disease; then it shows its line.",
        words=(
            "accuracy", "batch", "batch normalization", "cross-entropy", "dropout", "epoch", "fold", "gradient",
            "learning rate", "logit", "loss", "optimizer", "ReLU", "seed", "softmax", "step", "test set",
        ),
    ),
    Lesson(
        "room", "pages/70_Room.py", "Room", ":material/groups:",
        tagline="A class votes, discusses, and votes again; the wall shows what came in.",
    ),
    Lesson(
        "assignment", "pages/72_Assignments.py", "Assignments", ":material/assignment:",
        tagline="Work that a teacher sets: train, reckon, explain, and hand in one file.",
    ),
    Lesson(
        "teaching", "pages/75_Teaching.py", "Teaching", ":material/co_present:",
        tagline="Plans by the clock for each question: what to do, what to ask, what to expect on this machine.",
    ),
    Lesson(
        "data", "pages/80_Data.py", "Data", ":material/photo_library:",
        tagline="What goes in: look at it before a network does. The sidebar chooses the data set.",
        words=("channel", "test set"),
    ),
    Lesson(
        "runs", "pages/90_Runs.py", "Runs", ":material/table_rows:",
        tagline="Everything that was trained here: find it, lay it side by side, keep it, hand it in.",
        words=("accuracy", "confusion matrix", "epoch", "loss", "seed", "step", "test set"),
    ),
)  # fmt: skip
QUESTIONS = tuple(lesson for lesson in LESSONS if lesson.number is not None)
CARDS = tuple(lesson for lesson in LESSONS if lesson.sentence)  # what Home leads to

_BY_KEY = {lesson.key: lesson for lesson in LESSONS}


def lesson(key: str) -> Lesson:
    """The page of a key that is known here."""
    return _BY_KEY[key]


def lesson_of_run(page: object) -> Lesson | None:
    """The lesson of a run's ``page``; None for one of another version of the lab."""
    return _BY_KEY.get(str(page))


def page_name(page: object) -> str:
    """What a run's ``page`` is called in a table."""
    known = lesson_of_run(page)
    return str(page) if known is None else known.name
