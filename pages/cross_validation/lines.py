"""The loop of Question 3 beside the skorch call that replaces it; pointing at a line marks its counterpart."""

from pathlib import Path

from core import datasets
from core.specs import FoldSpec, MLPSpec
from pages.shared.components import component

_COMPONENT = Path(__file__).parent / "components" / "lines"

Line = tuple[str, str]  # code, and the group of lines that do the same; "" for none


def lines_view(spec: FoldSpec) -> None:
    """Draw both programs with the values of the page's controls."""
    component(_COMPONENT)(key="code_lines", data=lines_data(spec))


def lines_data(spec: FoldSpec) -> dict[str, object]:
    """What the component draws."""
    loop, fit = loop_lines(spec), skorch_lines(spec)
    return {
        "sides": [
            {"title": f"The loop of Question 3: {len(loop)} lines", "lines": loop},
            {"title": f"With skorch: {len(fit)} lines", "lines": fit},
        ],
        "notes": NOTES,
        "hint": "Point at a line, or click it: what does the same in the other program lights up.",
    }


def loop_lines(spec: FoldSpec) -> list[Line]:
    """Question 3 (c) and (d), with this page's values."""
    n_classes = len(datasets.info(spec.data.dataset).class_names)
    if isinstance(spec.model, MLPSpec):
        network = f"MultiLayerFCNet(3 * 32 * 32, {spec.model.H}, {n_classes})"
    else:
        network = "CNN()" if n_classes == 10 else f"CNN({n_classes})"
    return [
        ("train_loader = DataLoader(", "data"),
        (f"  train_data, batch_size={spec.batch_size}, shuffle=True)", "data"),
        (f"model = {network}", "module"),
        ("criterion = nn.CrossEntropyLoss()", "criterion"),
        ("optimizer = torch.optim.Adam(", "optimizer"),
        (f"  model.parameters(), lr={spec.optimizer.learning_rate:g})", "optimizer"),
        (f"for epoch in range({spec.n_epochs}):", "epochs"),
        ("  for images, labels in train_loader:", "data"),
        ("    outputs = model(images)", "step"),
        ("    loss = criterion(outputs, labels)", "step"),
        ("    optimizer.zero_grad()", "step"),
        ("    loss.backward()", "step"),
        ("    optimizer.step()", "step"),
        ("    _, predicted = torch.max(outputs.data, 1)", "log"),
        ("    correct = (predicted == labels).sum().item()", "log"),
        ("    print(epoch, loss.item(), correct / len(labels))", "log"),
        ("model.eval()", "predict"),
        ("with torch.no_grad():", "predict"),
        ("  correct = total = 0", "score"),
        ("  for images, labels in test_loader:", "predict"),
        ("    outputs = model(images)", "predict"),
        ("    _, predicted = torch.max(outputs.data, 1)", "predict"),
        ("    total += labels.size(0)", "score"),
        ("    correct += (predicted == labels).sum().item()", "score"),
        ("print(correct / total)", "score"),
    ]


def skorch_lines(spec: FoldSpec) -> list[Line]:
    """The same with ``NeuralNetClassifier``."""
    network = spec.model.class_name
    sizes = [(f"  module__H={spec.model.H}, ...,", "module")] if isinstance(spec.model, MLPSpec) else []
    own = f"ValidSplit({spec.own_folds}, stratified=True)" if spec.own_folds else "None"
    return [
        ("net = NeuralNetClassifier(", ""),
        (f"  {network},", "module"),
        *sizes,
        (f"  max_epochs={spec.n_epochs},", "epochs"),
        (f"  lr={spec.optimizer.learning_rate:g},", "optimizer"),
        ("  optimizer=torch.optim.Adam,", "optimizer"),
        ("  criterion=nn.CrossEntropyLoss,", "criterion"),
        (f"  batch_size={spec.batch_size},", "data"),
        ("  iterator_train__shuffle=True,", "data"),
        (f"  train_split={own},", "own"),
        (")", ""),
        ("net.fit(train_data, y=y_train)", "step"),
        ("y_pred = net.predict(testset)", "predict"),
        ("print(accuracy_score(y_test, y_pred))", "score"),
    ]


NOTES = {
    "data": "skorch makes the DataLoader itself. Without iterator_train__shuffle=True it never shuffles: the handout's "
    "call sees the pictures in the same order in every epoch.",
    "module": "skorch is given the class, not an object: each fit makes a new network, which cross-validation needs.",
    "criterion": "Again the class: skorch calls it.",
    "optimizer": "skorch hands it the network's parameters.",
    "epochs": "The outer loop is inside net.fit.",
    "step": "Forward, loss, zero_grad, backward, step: all of it is inside net.fit.",
    "log": "skorch prints a line per epoch by itself: training loss, validation loss and accuracy, seconds. "
    "No line is needed for it.",
    "predict": "net.predict switches to eval() and no_grad(), loops over batches, and takes the largest output.",
    "score": "scikit-learn's own function, as for every other classifier.",
    "own": "The loop has no counterpart: skorch keeps a part of what fit is given, and judges it after each epoch. "
    "By default it is a fifth.",
}
