"""K folds as lines to put in order: what ``cross_val_score`` does inside (handout, Question 4 b)."""

from collections.abc import Callable

from core.exercises.loop_order import Line, Missing, Mistake, Places, Puzzle

LINES = (
    Line("all", "images, labels = X, y"),
    Line("scores", "scores = []"),
    Line("folds", "for train, test in folds.split(images, labels):", opens=True),
    Line("model", "model = MultiLayerFCNet(D_in, H, D_out)"),
    Line("take_train", "images, labels = X[train], y[train]"),
    Line("scale", "scaler.fit(images)"),
    Line("fit", "fit(model, scaler.transform(images), labels)"),
    Line("take_test", "images, labels = X[test], y[test]"),
    Line("score", "scores.append(accuracy(model, scaler.transform(images), labels))"),
    Line("end", "# the loop over the folds ends here", closes=True),
    Line("tell", "print(np.mean(scores))"),
)
_EACH_FOLD = ("model", "take_train", "scale", "fit", "take_test", "score")


def _above(first: str, second: str) -> Callable[[Places], bool]:
    return lambda at: at[first] < at[second]


def held(at: Places, line: str) -> str:
    """Which line was the last above this one to say what ``images`` are, in the first fold."""
    return max((key for key in ("all", "take_train", "take_test") if at[key] < at[line]), key=at.__getitem__)


def _missing(key: str, hint: str, *pairs: tuple[str, str]) -> tuple[Missing, ...]:
    return tuple(Missing(key, line, needs, hint) for line, needs in pairs)


PUZZLE = Puzzle(
    "folds",
    LINES,
    before=(
        ("all", "folds"), ("scores", "folds"), ("folds", "model"), ("folds", "take_train"), ("take_train", "scale"),
        ("model", "fit"), ("scale", "fit"), ("fit", "take_test"), ("take_test", "score"), ("score", "end"),
        ("end", "tell"),
    ),
    apart=(),
    loops=(
        Mistake(
            "fold_end_above", _above("end", "folds"),
            "The end of the loop over the folds stands above the line that begins it.",
        ),
    ),
    missing=(
        *_missing(
            "nothing_to_split", "A line uses the images above all lines that say which they are.",
            ("folds", "all"), ("scale", "all"), ("fit", "all"), ("score", "all"),
        ),
        *_missing(
            "no_fold_yet",
            "A part of the pictures is taken above the loop: which pictures are in it is known only inside.",
            ("take_train", "folds"), ("take_test", "folds"),
        ),
        *_missing(
            "no_network_yet", "The network is used above the line that makes it.",
            ("fit", "model"), ("score", "model"),
        ),
        *_missing(
            "not_scaled_yet",
            "scaler.transform() stands above scaler.fit(): the scaler knows no mean and no standard deviation yet.",
            ("fit", "scale"), ("score", "scale"),
        ),
        *_missing(
            "no_scores_yet", "The list of the scores is used above the line that begins it.",
            ("score", "scores"), ("tell", "scores"),
        ),
    ),
    silent=(
        Mistake(
            "after_the_folds", lambda at: any(at["end"] < at[key] for key in _EACH_FOLD),
            "A line that belongs to each fold stands below the end of the loop over the folds: it runs once, after the "
            "last fold.",
        ),
        Mistake(
            "trained_on_all", lambda at: held(at, "fit") == "all",
            "The network is trained above both lines that take a part of the pictures: at least in the first "
            "fold it trains on all of them, also on those that it is judged on.",
        ),
        Mistake(
            "model_kept", lambda at: at["model"] < at["folds"] < at["fit"],
            "The network is made once, above the loop over the folds: it keeps its weights from fold to fold, and has "
            "trained on the pictures that later folds judge it on.",
        ),
        Mistake(
            "leak", lambda at: held(at, "scale") == "all" != held(at, "fit"),
            "scaler.fit() stands above both lines that take a part of the pictures: at least in the first fold "
            "it is fitted on all of them, the test part too. That is a leak, also where the scores hardly show it.",
        ),
        Mistake(
            "trained_on_test", lambda at: held(at, "fit") == "take_test",
            "The test part is taken above the line that trains: the network trains on the pictures that are there to "
            "judge it.",
        ),
        Mistake(
            "scored_untrained", _above("score", "fit"),
            "The score is taken above the line that trains: in the first fold it is that of a network that knows "
            "nothing.",
        ),
        Mistake(
            "scored_on_training", lambda at: held(at, "score") == "take_train" and at["fit"] < at["score"],
            "The score is that of the training part: of the lines above it, the last one that takes a part takes this "
            "one. What the network has learnt by heart counts as known.",
        ),
        Mistake(
            "scores_begin_anew", _above("folds", "scores"),
            "The list of the scores begins anew in each fold: at the end it holds the last one alone.",
        ),
        Mistake(
            "told_each_fold", _above("tell", "end"),
            "print() stands inside the loop over the folds: it prints a mean in each fold, before all of them are "
            "there.",
        ),
    ),
)  # fmt: skip
