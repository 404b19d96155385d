"""What the handout says in Question 1, and what happens when it is run."""

import streamlit as st

from core.specs import RunSpec
from pages.shared.panels.slip import slip
from pages.shared.pictures.small_table import small_table
from pages.shared.words.language import say


def handout(spec: RunSpec) -> None:
    """Parts (a), (b), (c) with the checked slips; the equality of the two log_softmax is computed here and now."""
    st.header(say("(a) The network"), anchor=False)
    st.code(_PART_A, language="python", wrap_lines=True)
    slip(
        say("`forward` is not indented into the class"),
        say("The class has no `forward` then: calling it is an error."),
    )
    slip(
        say("`F.log_softmax(x)` names no `dim`"), say("PyTorch warns and guesses the dimension; `dim=1` is meant.")
    )

    st.header(say("(b) Loss, optimizer, loop"), anchor=False)
    st.code(_PART_B, language="python", wrap_lines=True)
    slip(
        say("`CrossEntropyLoss` gets the output of `log_softmax`"),
        say(
            "That loss applies log_softmax itself. Log-probabilities already sum to 1 as probabilities, so a second "
            "log_softmax changes nothing: the loss is the same and the layer is redundant. In numbers, for random "
            "scores:"
        ),
    )
    _equality(spec)

    st.header(say("(c) Accuracy"), anchor=False)
    st.code(_PART_C, language="python", wrap_lines=True)
    slip(
        say("the test runs without `model.eval()` and `torch.no_grad()`"),
        say(
            "For this network the accuracy is the same, but a gradient graph is kept for nothing. With dropout or "
            "batch norm (Question 3) the accuracy would be another."
        ),
    )



def _equality(spec: RunSpec) -> None:
    """Scores, log_softmax once and twice, and both losses, by torch."""
    # Only this tab needs torch in the app's own process
    import torch
    import torch.nn.functional as F

    generator = torch.Generator().manual_seed(spec.random_state)
    scores = torch.randn(1, 10, generator=generator) * 2
    label = torch.tensor([3])
    once = F.log_softmax(scores, dim=1)
    twice = F.log_softmax(once, dim=1)
    rows = {say("scores"): scores, "log_softmax": once, say("log_softmax twice"): twice}
    table = {name: [f"{value:.4f}" for value in row[0].tolist()] for name, row in rows.items()}
    classes = {say("class"): [str(k + 1) for k in range(len(once[0]))]}
    small_table(classes | table, label=say("Scores, and their log_softmax once and twice"))
    plain, doubled = F.cross_entropy(scores, label).item(), F.cross_entropy(once, label).item()
    said = say(
        "`CrossEntropyLoss` of the scores: **{plain:.6f}** · of their log_softmax: **{doubled:.6f}** · largest "
        "difference between once and twice: **{difference:.1g}**",
        plain=plain,
        doubled=doubled,
        difference=(once - twice).abs().max().item(),
    )
    st.markdown(said)


_PART_A = """class MultiLayerFCNet(nn.Module):
    def __init__(self, D_in, H, D_out):
        super(MultiLayerFCNet, self).__init__()
        self.linear1 = torch.nn.Linear(D_in, H)
        self.linear2 = torch.nn.Linear(H, H)
        self.linear3 = torch.nn.Linear(H, H)
        self.linear4 = torch.nn.Linear(H, D_out)

def forward(self, x):                  # slip: belongs in the class
        x = F.relu(self.linear1(x))
        x = F.relu(self.linear2(x))
        x = F.relu(self.linear3(x))
        x = self.linear4(x)
        return F.log_softmax(x)        # slip: dim=1 is missing"""

_PART_B = """model = MultiLayerFCNet(D_in, H, D_out)
criterion = torch.nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)

for epoch in range(num_epochs):
   avg_loss_epoch = 0
   batch_loss = 0
   total_batches = 0
   for i, (images, labels) in enumerate(train_loader):
      images = images.reshape(-1, 32 * 32 * 3)
      outputs = model(images)
      loss = criterion(outputs, labels)
      optimizer.zero_grad()
      loss.backward()
      optimizer.step()
      total_batches += 1
      batch_loss += loss.item()
   avg_loss_epoch = batch_loss / total_batches
   print('Epoch [{}/{}], Averge Loss:for epoch[{}, {:.4f}]'
       .format(epoch + 1, num_epochs, epoch + 1, avg_loss_epoch))"""

_PART_C = """correct = 0
total = 0
for images, labels in test_loader:     # slip: model.eval() and torch.no_grad() are missing
    images = images.reshape(-1, 3 * 32 * 32)
    outputs_test = model(images)
    _, predicted = torch.max(outputs_test.data, 1)
    total += labels.size(0)
    correct += (predicted == labels).sum().item()
print('Accuracy of the network on the 10000 test images: %d %%'
    % (100 * correct / total))"""
