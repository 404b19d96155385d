"""What the handout says in Question 3, and what happens when it is run."""

import streamlit as st

from pages.shared.panels.slip import slip


def handout() -> None:
    """Parts (b) to (e) with the checked slips."""
    st.header("(b) The network", anchor=False)
    st.code(_PART_B, language="python", wrap_lines=True)
    slip("the parenthesis of `self.conv_layer` is not closed", "A `SyntaxError`; the lab closes it.")

    st.header("(c) Loss, optimizer, loop", anchor=False)
    st.code(_PART_C, language="python", wrap_lines=True)
    slip(
        "“an instance of the **Convolution** class”", "The class above is `CNN`; `Convolution` is a `NameError`."
    )

    st.header("(d) Accuracy on the test set", anchor=False)
    st.code(_PART_D, language="python", wrap_lines=True)
    st.info(
        "Here `model.eval()` matters: the tab **Train vs. eval** judges one network in both modes.",
        icon=":material/lightbulb:",
    )

    st.header("(e) Save and restore", anchor=False)
    st.code(_PART_E, language="python", wrap_lines=True)
    slip(
        "`load_state_dict(..., strict=False)`",
        "Keys that are missing or unexpected are passed over without a word, and layers whose keys are missing keep "
        "their random weights. The tab **Save** lists them.",
    )
    slip(
        "a bare `torch.load(PATH)`",
        "Before PyTorch 2.6 it unpickled anything, so a file from a stranger could run code. Write "
        "`torch.load(PATH, weights_only=True)`.",
    )



_PART_B = """self.conv_layer = nn.Sequential(
   nn.Conv2d(in_channels=3, out_channels=32, kernel_size=3, padding=1),
   nn.BatchNorm2d(32),
   nn.LeakyReLU(inplace=True),
   ...
   nn.MaxPool2d(kernel_size=2, stride=2),
                                       # slip: the closing parenthesis is missing
self.fc_layer = nn.Sequential(
   nn.Dropout(p=0.1),
   nn.Linear(8 * 8 * 64, 1000),
   nn.ReLU(inplace=True),
   nn.Linear(1000, 512),
   nn.ReLU(inplace=True),
   nn.Dropout(p=0.1),
   nn.Linear(512, 10)
)"""

_PART_C = """model = CNN()
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)

for epoch in range(num_epochs):
   for i, (images, labels) in enumerate(train_loader):
      # Forward pass
      outputs = model(images)
      loss = criterion(outputs, labels)
      loss_list.append(loss.item())
      # Backprop and optimisation
      optimizer.zero_grad()
      loss.backward()
      optimizer.step()
      # Train accuracy
      total = labels.size(0)
      _, predicted = torch.max(outputs.data, 1)
      correct = (predicted == labels).sum().item()
      acc_list.append(correct / total)"""

_PART_D = """model.eval()
with torch.no_grad():
    correct = 0
    total = 0
    for images, labels in test_loader:
        outputs = model(images)
        _, predicted = torch.max(outputs.data, 1)
        total += labels.size(0)
        correct += (predicted == labels).sum().item()"""

_PART_E = """torch.save(modelA.state_dict(), PATH)

modelB = TheModelBClass(*args, **kwargs)
modelB.load_state_dict(torch.load(PATH), strict=False)   # slips: weights_only=True, and what strict=False hides"""
