"""What the handout says in Question 5, and what happens when it is run."""

import streamlit as st

from core.engine import calibration, expected_time
from core.lab.words import duration
from core.specs import SGDSpec
from core.specs.transfer import PickedDataSpec, TransferSpec
from pages.shared.panels.slip import slip


def handout() -> None:
    """The two ways, and the code with its checked slips."""
    st.header("(a) Fine-tuning, (b) freezing", anchor=False)
    st.markdown(
        "> (a) Pretrained weights are not frozen, but they change with a very low learning rate when we train the "
        "model with our data. We expect to converge faster compared to training from scratch.\n>\n"
        "> (b) We fix the pretrained weights, but we may add a few new layers or replace the few last layers with "
        "ours. This approach could be considered “less adaptive” but faster than updating all weights."
    )
    st.info(
        "Both are on **Strategies**, side by side, with everything between them by **Frozen stages**.",
        icon=":material/lightbulb:",
    )
    st.header("The data", anchor=False)
    st.code(_DATA, language="python", wrap_lines=True)
    slip("CIFAR-10's pictures of 32 pixels are enlarged to 224", _cost())
    slip(
        "`RandomResizedCrop(224)` in training",
        "Each epoch sees a random piece of each picture, from 8 % of its area on, enlarged: good against learning by "
        "heart, but no two epochs see the same input, so frozen features can't be computed once. Here the lab keeps a "
        "chosen number of views; the tests get whole pictures.",
    )
    st.header("The model", anchor=False)
    st.code(_MODEL, language="python", wrap_lines=True)
    slip(
        "`len(class_names)`",
        "A `NameError`: `class_names` is never defined. Write `len(trainset.classes)`. The lab's scripts define it.",
    )
    slip(
        "the tutorial's frozen network is left in `model.train()`",
        "Its weights rest, its batch norms do not: **Batch-norm trap** shows the drift and what it costs.",
    )


def _cost() -> str:
    """What 224 pixels cost on this processor, by its measured speed."""
    known = calibration.load()
    if known is None:
        return "49 times the arithmetic per picture: this machine has not been measured yet, but a CPU feels it."

    def seconds(side: int) -> float:
        data = PickedDataSpec(dataset="cifar10", n_train=50_000, n_test=10_000)
        spec = TransferSpec(data=data, side=side, n_epochs=1, batch_size=32, optimizer=SGDSpec())
        return expected_time.seconds(spec, known)

    return (
        f"One epoch of fine-tuning on CIFAR-10's 50,000 pictures would take about **{duration(seconds(224))}** on this "
        f"machine; at 32 pixels **{duration(seconds(32))}**. Enlarging adds no detail: it brings things to the size "
        "that the filters were trained for."
    )


_DATA = """data_transforms = {
   'train': transforms.Compose([
      transforms.RandomResizedCrop(224),
      transforms.RandomHorizontalFlip(),
      transforms.ToTensor(),
      transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
   ]),
   'val': transforms.Compose([
      transforms.Resize(256),
      transforms.CenterCrop(224),
      transforms.ToTensor(),
      transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
   ]),
}"""

_MODEL = """from torchvision import models
model_ft = models.resnet18(weights='IMAGENET1K_V1')
num_ftrs = model_ft.fc.in_features

# Alternatively, it can be generalized to ``nn.Linear(num_ftrs, len(class_names))``.
model_ft.fc = nn.Linear(num_ftrs, len(class_names))      # slip: class_names is never defined

model_ft = model_ft.to(device)"""
