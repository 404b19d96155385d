"""Wrong orders of the lines of loops, one for each mistake, and right ones from the partial order itself."""

from core.exercises import fold_lines, training_lines

TRAINING, FOLDS = training_lines.PUZZLE, fold_lines.PUZZLE

# What a student has got wrong: lines that were moved, in turn, each to stand right above another (None: at the bottom)
WRONG = {
    TRAINING: {
        "loops_swapped": [("batches", "epochs")],
        "end_above": [("end", "batches")],
        "reshape_before_batches": [("reshape", "batches")],
        "outputs_before_reshape": [("outputs", "reshape")],
        "loss_before_outputs": [("loss", "outputs")],
        "backward_before_loss": [("backward", "loss")],
        "sum_before_loss": [("add", "loss")],
        "sums_not_begun": [("begin", "end")],
        "average_early": [("average", "add")],
        "told_before_average": [("tell", "average")],
        "after_the_loop": [("step", "average")],
        "step_before_backward": [("step", "backward")],
        "zero_between": [("zero", "step")],
        "zero_outside": [("zero", "batches")],
        "counted_once": [("count", "batches")],
        "sums_never_begin_anew": [("begin", "epochs")],
        "sums_begin_each_batch": [("begin", "reshape")],
        "told_each_batch": [("end", None)],
    },
    FOLDS: {
        "fold_end_above": [("end", "folds")],
        "nothing_to_split": [("all", "model")],
        "no_fold_yet": [("take_train", "folds")],
        "no_network_yet": [("model", "take_test")],
        "not_scaled_yet": [("scale", "take_test")],
        "no_scores_yet": [("scores", "end")],
        "after_the_folds": [("score", "tell")],
        "trained_on_all": [("take_train", "take_test")],
        "model_kept": [("model", "folds")],
        "leak": [("scale", "take_train")],
        "trained_on_test": [("take_test", "fit")],
        "scored_untrained": [("score", "fit"), ("take_test", "end")],
        "scored_on_training": [("score", "take_test")],
        "scores_begin_anew": [("scores", "model")],
        "told_each_fold": [("tell", "end")],
    },
}
# The same mistakes otherwise: one above the other loop, one with another line moved, and so on
ALSO = [
    (TRAINING, "zero_outside", [("zero", "epochs")]),
    (TRAINING, "zero_outside", [("zero", "average")]),
    (TRAINING, "step_before_backward", [("step", "reshape")]),
    (TRAINING, "step_before_backward", [("step", "zero")]),
    (TRAINING, "step_before_backward", [("step", "epochs")]),
    (TRAINING, "after_the_loop", [("end", "step")]),
    (TRAINING, "average_early", [("average", "batches")]),
    (TRAINING, "told_each_batch", [("average", "end"), ("tell", "end")]),
    (FOLDS, "leak", [("scale", "folds")]),
    (FOLDS, "model_kept", [("model", "all")]),
    (FOLDS, "scored_on_training", [("take_test", "take_train")]),
    (FOLDS, "trained_on_all", [("model", "folds"), ("scale", "folds"), ("fit", "folds")]),
]


def moved(puzzle, moves):
    keys = [line.key for line in puzzle.lines]
    for what, above in moves:
        keys.remove(what)
        keys.insert(len(keys) if above is None else keys.index(above), what)
    numbers = {line.key: number for number, line in enumerate(puzzle.lines)}
    return [numbers[key] for key in keys]


def right_orders(puzzle):
    """All right orders, from the partial order itself: of the lines that lack nothing each may come next."""
    keys = [line.key for line in puzzle.lines]

    def grow(order):
        left = [key for key in keys if key not in order]
        if not left:
            if all(not order.index(a) < order.index(x) < order.index(b) for x, a, b in puzzle.apart):
                yield tuple(keys.index(key) for key in order)
            return
        for key in left:
            if not any(a in left for a, b in puzzle.before if b == key):
                yield from grow([*order, key])

    return list(grow([]))
