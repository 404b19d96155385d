"""Cases in the training loop: gradients, the optimizer, its rate, and folds."""

from core.clinic.case import Case, Sign

FOLDS = "    for fold, (train_loader, test_loader) in enumerate(load_data(pictures)):\n"

CASES = (
    Case(
        "no_zero_grad", "No optimizer.zero_grad()", "easy",
        "backward() adds to the gradients that are there. Without zero_grad() each step follows the sum of all "
        "gradients so far, which grows until the steps are far too large.",
        (
            Sign("gradient_norms", "On one batch, with the weights held, the gradient after 10 steps is 10 times the "
                 "first: it is never reset.", lambda f: f["growth"] > 3),
            Sign("overfit_one_batch", "It can't learn one batch by heart: after 100 steps the loss is above the first, "
                 "or no number.", lambda f: not f["last"] <= f["first"]),
        ),
        (("    loss.backward()\n", "    optimizer.zero_grad()\n    loss.backward()\n"),),
    ),
    Case(
        "rate_too_high", "Learning rate too high", "easy",
        "Each step overshoots: the weights are thrown further than they are large, and the loss becomes no number.",
        (
            Sign("weight_movement", "Within 30 steps a layer moves further than its weights are large, or the weights "
                 "are no numbers any more.", lambda f: f["most"] > 1),
            Sign("overfit_one_batch", "On one batch too the loss ends above 1, or as no number.",
                 lambda f: not f["last"] < 1),
            Sign("loss_at_the_start", "The first loss is near ln 10: the network begins as it should.",
                 lambda f: abs(f["loss"] - f["expected"]) < 0.2),
        ),
        (("learning_rate = 1.0", "learning_rate = 0.01"),),
    ),
    Case(
        "rate_too_low", "Learning rate too low", "hard",
        "The gradient is right, but the steps are so short that in the time given nothing changes.",
        (
            Sign("weight_movement", "In 30 steps every layer moves, but by less than 0.1 % of its size.",
                 lambda f: 0 < f["most"] < 1e-3 and f["n_still"] == 0),
            Sign("overfit_one_batch", "100 steps on one batch lower the loss by less than 0.05.",
                 lambda f: 0 < f["first"] - f["last"] < 0.05),
        ),
        (("learning_rate = 1e-5", "learning_rate = 0.01"),),
    ),
    Case(
        "optimizer_of_another_model", "The optimizer belongs to another model", "hard",
        "A second model is made after the optimizer. backward() fills the second one's gradients, while step() moves "
        "the first one, which nobody uses.",
        (
            Sign("weight_movement", "No layer moves at all: the movement is exactly 0.",
                 lambda f: f["n_still"] == f["n_layers"]),
            Sign("gradient_norms", "Gradients arrive in every layer, and they pile up: zero_grad() resets those of the "
                 "other model.", lambda f: f["n_none"] == 0 and f["growth"] > 3),
            Sign("overfit_one_batch", "The loss of one batch is the same after 100 steps, to the last digit.",
                 lambda f: f["first"] == f["last"]),
        ),
        (("    model = MultiLayerFCNet(D_in, H, D_out)\n    return model", "    return model"),),
    ),
    Case(
        "all_but_head_frozen", "All layers but the last are frozen", "middle",
        "requires_grad is False for every layer but the last, as in transfer learning; but these layers have learnt "
        "nothing yet, so the last layer gets random features.",
        (
            Sign("gradient_norms", "All layers but the last have no gradient: none, not 0.",
                 lambda f: f["n_none"] == f["n_layers"] - 1),
            Sign("weight_movement", "Only the last layer moves.", lambda f: f["n_still"] == f["n_layers"] - 1),
        ),
        (("    for name, parameter in model.named_parameters():\n"
          '        parameter.requires_grad = name.startswith("linear4")\n', ""),),
    ),
    Case(
        "weights_kept_between_folds", "Weights are not reset between the folds", "middle",
        "The model is made once, before the loop over folds. From the second fold on it has already trained on the "
        "pictures that judge it.",
        (
            Sign("loss_at_the_start", "A later fold's first loss is below ln 10 by more than 0.05: its network knows "
                 "something already.", lambda f: f["lowest_of_parts"] < f["expected"] - 0.05),
            Sign("overfit_one_batch", "One batch is learnt: the loop itself is in order.",
                 lambda f: f["last"] < f["first"] - 0.5),
        ),
        ((f"    model, optimizer = build()\n{FOLDS}", f"{FOLDS}        model, optimizer = build()\n"),),
    ),
    Case(
        "last_batch_of_one", "A last batch of one at a BatchNorm1d", "easy",
        "2,001 pictures in batches of 50 leave one over. Batch norm in train() mode needs a mean and a spread of the "
        "batch, and one picture has no spread: PyTorch raises a ValueError.",
        (
            Sign("batch_of_one", "The last training batch has one picture, and in train() mode the network refuses a "
                 "batch of one.", lambda f: f["last_batch"] == 1 and f["fails_in_train"] == 1),
            Sign("overfit_one_batch", "A batch of more pictures is learnt: the network itself is in order.",
                 lambda f: f["last"] < f["first"] - 0.5),
        ),
        (("shuffle=True)\n", "shuffle=True, drop_last=True)\n"),),
    ),
)  # fmt: skip
