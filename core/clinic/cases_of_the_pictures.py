"""Cases in the pictures and in the judging, and the sound scripts."""

from core.clinic.case import SOUND, Case, Sign

CASES = (
    Case(
        "inputs_to_255", "Inputs from 0 to 255", "easy",
        "The pixels are not divided by 255, so inputs, outputs and gradients are too large by a factor of more than "
        "100 for this learning rate.",
        (
            Sign("inputs", "The standard deviation of the inputs is above 10.",
                 lambda f: f["train_standard deviation"] > 10 and f["test_standard deviation"] > 10),
            Sign("loss_at_the_start", "The first loss is above ln 10 by more than 0.7: large outputs, confidently "
                 "wrong.", lambda f: f["loss"] > f["expected"] + 0.7),
        ),
        (("    return images.float()\n", "    return images.float() / 255\n"),
         ("    return images - 0.5\n", "    return (images - 0.5) / 0.5\n")),
    ),
    Case(
        "only_training_normalised", "Only the training pictures are normalised", "easy",
        "Training pictures are brought to -1 to 1, test pictures stay at 0 to 1. The network is asked about inputs of "
        "another kind than those it has learnt from.",
        (
            Sign("inputs", "The smallest training input is below -0.5, the smallest test input is not negative.",
                 lambda f: f["train_smallest"] < -0.5 and f["test_smallest"] >= 0 and f["test_largest"] <= 1),
            Sign("overfit_one_batch", "One batch is learnt: training is in order.",
                 lambda f: f["last"] < f["first"] - 0.5),
        ),
        (("TensorDataset(to_tensor(test_images)", "TensorDataset(normalize(to_tensor(test_images))"),),
    ),
    Case(
        "labels_apart", "Labels shuffled apart from their pictures", "middle",
        "Pictures and labels are shuffled by two different orders, so that a picture has any picture's label. The "
        "network can only learn them by heart, which helps with no test picture.",
        (
            Sign("batch_with_labels", "Less than half of a batch's pictures have their own label.",
                 lambda f: f["agreement"] < 0.5 and f["n_classes"] > 1),
            Sign("overfit_one_batch", "One batch is learnt all the same: wrong labels can be learnt by heart.",
                 lambda f: f["last"] < f["first"] - 0.5),
        ),
        (("    train_images = train_images[torch.randperm(len(train_images)).numpy()]\n"
          "    train_labels = train_labels[torch.randperm(len(train_labels)).numpy()]\n", ""),),
    ),
    Case(
        "sorted_by_class", "Training pictures come sorted by class", "easy",
        "shuffle=False, and the pictures come folder by folder: for hundreds of pictures in a row the network sees one "
        "class only, and forgets the others.",
        (
            Sign("batch_with_labels", "All labels of a batch are the same class.", lambda f: f["n_classes"] == 1),
            Sign("overfit_one_batch", "The loss of one batch falls below 0.1 within 100 steps: to say the same class "
                 "each time is quickly learnt.", lambda f: f["last"] < 0.1),
        ),
        (("shuffle=False", "shuffle=True"),),
    ),
    Case(
        "test_in_training", "Test pictures are among the training pictures", "middle",
        "The test pictures are trained on, so their accuracy no longer tells how the network does with new ones.",
        (
            Sign("fresh_pictures", "More than one in twenty test pictures are in training as well.",
                 lambda f: f["share_twice"] > 0.05),
            Sign("overfit_one_batch", "One batch is learnt: the loop is in order.",
                 lambda f: f["last"] < f["first"] - 0.5),
        ),
        (("    train_images = np.concatenate([train_images, test_images])\n"
          "    train_labels = np.concatenate([train_labels, test_labels])\n", ""),),
    ),
    Case(
        "no_eval", "No model.eval() before the test", "middle",
        "While it is judged the network is in train() mode: dropout silences half of the units at random, and batch "
        "norm goes by the test batch. The same picture can get two answers.",
        (
            Sign("train_against_eval", "While the script judges, its network is in train() mode.",
                 lambda f: f["judged_in_train"] == 1),
            Sign("overfit_one_batch", "One batch is learnt: training is in order.",
                 lambda f: f["last"] < f["first"] - 0.5),
        ),
        (("def test(model, test_loader):\n", "def test(model, test_loader):\n    model.eval()\n"),),
    ),
    *(
        Case(
            key, "Nothing: it is sound", "hard", why,
            (
                Sign("overfit_one_batch", "One batch is learnt: the loss falls by more than 0.5 within 100 steps.",
                     lambda f: f["last"] < f["first"] - 0.5),
                Sign("gradient_norms", "With the weights held the gradient stays as large as it is.",
                     lambda f: 0.3 < f["growth"] < 3 and f["n_none"] == 0 and f["n_zero"] == 0),
                Sign("weight_movement", "Every layer moves, by more than 0.1 % and less than its own size.",
                     lambda f: 1e-3 < f["most"] < 1 and f["n_still"] == 0),
                Sign("batch_with_labels", "Every picture of the batch has its own label.",
                     lambda f: f["agreement"] > 0.9 and f["n_classes"] > 1),
                Sign("fresh_pictures", "Not even one in twenty test pictures is in training.",
                     lambda f: f["share_twice"] < 0.05),
                Sign("train_against_eval", "The script judges in eval() mode.", lambda f: f["judged_in_train"] == 0),
            ),
            disease=SOUND, is_harmless=True,
        )
        for key, why in (
            ("sound", "A sound script: few pictures and few epochs, so its accuracy is modest."),
            ("sound_batch_norm", "A sound script with batch norm and dropout: in train() mode its answers differ, and "
             "it does not judge in that mode."),
            ("sound_folds", "A sound script of three folds: its loss begins anew near ln 10 with each fold, as each "
             "fold has a new network."),
        )
    ),
)  # fmt: skip
