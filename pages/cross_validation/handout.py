"""What the handout says in Question 4, and what happens when it is run."""

import streamlit as st

from pages.shared.panels.slip import slip


def handout() -> None:
    """Parts (a) and (b) with the checked slips."""
    st.header("(a) The split", anchor=False)
    st.code(_SPLIT, language="python", wrap_lines=True)
    slip(
        "`random_split(trainset, [int(m - m * 0.2), int(m * 0.2)])`",
        "`val_data` is never used. Both lengths are rounded down: with 101 pictures they are 80 and 20, and "
        "`random_split` raises `ValueError: Sum of input lengths does not equal the length of the input dataset!`",
    )
    slip(
        "no seed before `random_split`",
        "`torch.manual_seed(0)` comes only afterwards: each run trains on other pictures, and its accuracy moves. "
        "**One split** shows by how much.",
    )

    st.header("(a) The classifier", anchor=False)
    st.code(_NET, language="python", wrap_lines=True)
    slip("`CNN.` for `CNN,`", "A `SyntaxError`.")
    slip(
        "`net.fit(train_data, y=y_train)`",
        "skorch keeps a fifth of `train_data` for its own validation (`train_split=ValidSplit(5)`), on top of the "
        "handout's own split: 64 % of the pictures train.",
    )
    slip(
        "`iterator_train__num_workers=4`",
        "On Windows and macOS each of these processes begins by running the script anew: outside of "
        "`if __name__ == \"__main__\":` that is a `RuntimeError`. The lab's scripts start no process.",
    )
    slip(
        "no `iterator_train__shuffle=True`",
        "skorch does not shuffle by itself, unlike the loader of Question 3: every epoch has the same batches.",
    )
    slip(
        "`plot_confusion_matrix(net, testset, y_test.reshape(-1, 1))`",
        "Removed in scikit-learn 1.2: an `ImportError`. Today it is "
        "`ConfusionMatrixDisplay.from_predictions(y_test, y_pred)`, which predicts nothing anew.",
    )

    st.header("(b) K folds", anchor=False)
    st.code(_FOLDS, language="python", wrap_lines=True)
    st.info(
        "The handout's solution is not printed with it; this is the call that its text describes. `cv=5` deals "
        "stratified folds in the order of the pictures; with `train_split=None` the whole rest of a fold trains.",
        icon=":material/lightbulb:",
    )


_SPLIT = """m = len(trainset)
train_data, val_data = random_split(trainset, [int(m - m * 0.2), int(m * 0.2)])
DEVICE = torch.device("cpu")
y_train = np.array([y for x, y in iter(train_data)])"""

_NET = """torch.manual_seed(0)
net = NeuralNetClassifier(
   CNN.                                # slip: a comma
   max_epochs=1,
   iterator_train__num_workers=4,
   iterator_valid__num_workers=4,
   lr=1e-3,
   batch_size=64,
   optimizer=optim.Adam,
   criterion=nn.CrossEntropyLoss,
   device=DEVICE
)
net.fit(train_data, y=y_train)
y_pred = net.predict(testset)
y_test = np.array([y for x, y in iter(testset)])
accuracy_score(y_test, y_pred)
plot_confusion_matrix(net, testset, y_test.reshape(-1, 1))
plt.show()"""

_FOLDS = """net.set_params(train_split=None)
y_train = np.array([y for x, y in iter(trainset)])      # of all pictures; in (a) it is of train_data alone
train_sliceable = SliceDataset(trainset)
scores = cross_val_score(net, train_sliceable, y_train, cv=5)"""
