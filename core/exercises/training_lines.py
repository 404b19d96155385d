"""The training loop of Question 1 as lines to put in order (handout, Question 1 b)."""

from collections.abc import Callable

from core.exercises.loop_order import Line, Missing, Mistake, Places, Puzzle

LINES = (
    Line("epochs", "for epoch in range(num_epochs):", opens=True),
    Line("begin", "batch_loss, total_batches = 0, 0"),
    Line("batches", "for images, labels in train_loader:", opens=True),
    Line("reshape", "images = images.reshape(-1, 32 * 32 * 3)"),
    Line("outputs", "outputs = model(images)"),
    Line("loss", "loss = criterion(outputs, labels)"),
    Line("zero", "optimizer.zero_grad()"),
    Line("backward", "loss.backward()"),
    Line("step", "optimizer.step()"),
    Line("count", "total_batches += 1"),
    Line("add", "batch_loss += loss.item()"),
    Line("end", "# the loop over the batches ends here", closes=True),
    Line("average", "avg_loss_epoch = batch_loss / total_batches"),
    Line("tell", "print(epoch + 1, avg_loss_epoch)"),
)
_EACH_BATCH = ("reshape", "outputs", "loss", "backward", "step", "count", "add")


def _above(first: str, second: str) -> Callable[[Places], bool]:
    return lambda at: at[first] < at[second]


PUZZLE = Puzzle(
    "training",
    LINES,
    before=(
        ("epochs", "begin"), ("begin", "batches"), ("batches", "reshape"), ("reshape", "outputs"), ("outputs", "loss"),
        ("loss", "backward"), ("backward", "step"), ("step", "end"), ("loss", "add"), ("add", "end"),
        ("batches", "count"), ("count", "end"), ("batches", "zero"), ("zero", "end"), ("add", "average"),
        ("count", "average"), ("average", "tell"), ("end", "tell"),
    ),
    apart=(("zero", "backward", "step"),),
    loops=(
        Mistake(
            "loops_swapped", _above("batches", "epochs"),
            "The loop over the epochs begins below the line that begins the loop over the batches. An epoch is a pass "
            "through all batches, so its loop is the outer one.",
        ),
        Mistake(
            "end_above", _above("end", "batches"),
            "The end of the loop over the batches stands above the line that begins it.",
        ),
    ),
    missing=(
        Missing(
            "reshape_before_batches", "reshape", "batches",
            "The images are reshaped above the loop that takes them out of the loader: there are none yet.",
        ),
        Missing(
            "outputs_before_reshape", "outputs", "reshape",
            "model(images) stands above the line that reshapes the images: the first layer takes rows of 3,072 "
            "numbers.",
        ),
        Missing(
            "loss_before_outputs", "loss", "outputs",
            "The loss stands above the outputs that it is computed from.",
        ),
        Missing(
            "backward_before_loss", "backward", "loss",
            "loss.backward() stands above the line that computes the loss: there is nothing to go back from.",
        ),
        Missing(
            "sum_before_loss", "add", "loss",
            "The loss is added up above the line that computes it.",
        ),
        Missing(
            "sums_not_begun", "add", "begin",
            "A line that adds to a sum stands above the one that lets both sums begin at 0.",
        ),
        Missing(
            "sums_not_begun", "count", "begin",
            "A line that adds to a sum stands above the one that lets both sums begin at 0.",
        ),
        Missing(
            "average_early", "average", "begin",
            "The average stands above a line that adds up: it is computed before the sums are complete.",
        ),
        Missing(
            "average_early", "average", "count",
            "The average stands above a line that adds up: it is computed before the sums are complete.",
        ),
        Missing(
            "told_before_average", "tell", "average",
            "The average is printed above the line that computes it.",
        ),
        Missing(
            "told_before_average", "tell", "epochs",
            "The average is printed above the line that computes it.",
        ),
    ),
    silent=(
        Mistake(
            "after_the_loop", lambda at: any(at["end"] < at[key] for key in _EACH_BATCH),
            "A line that belongs to each batch stands below the end of the loop over the batches: it runs once per "
            "epoch, after the last batch.",
        ),
        Mistake(
            "step_before_backward", _above("step", "backward"),
            "optimizer.step() stands above loss.backward(): when it runs, the gradient of this batch is not there yet.",
        ),
        Mistake(
            "zero_between", lambda at: at["backward"] < at["zero"] < at["step"],
            "optimizer.zero_grad() stands between backward() and step(): the gradient is gone before the step, so no "
            "weight changes. Above backward() or below step() it is right.",
        ),
        Mistake(
            "zero_outside", lambda at: at["zero"] < at["batches"] or at["end"] < at["zero"],
            "optimizer.zero_grad() stands outside of the loop over the batches: the gradients of the batches add up, "
            "and each step is taken with their sum.",
        ),
        Mistake(
            "counted_once", _above("count", "batches"),
            "The line that counts the batches stands above their loop: it does not count each of them.",
        ),
        Mistake(
            "sums_never_begin_anew", _above("begin", "epochs"),
            "The sums begin at 0 once, above the loop over the epochs: what is printed is the average of all epochs so "
            "far.",
        ),
        Mistake(
            "sums_begin_each_batch", _above("batches", "begin"),
            "The sums begin at 0 again with each batch: what is printed is the loss of the last batch alone.",
        ),
        Mistake(
            "average_early", _above("average", "add"),
            "The average stands above a line that adds up: it is computed before the sums are complete.",
        ),
        Mistake(
            "told_each_batch", _above("tell", "end"),
            "print() stands inside the loop over the batches: it prints once per batch, before the epoch is "
            "over.",
        ),
    ),
)  # fmt: skip
