"""What training and test curves are: measured at other times, and in other modes."""

from pages.shared.words.language import marked

WHEN = marked(
    "The training curve is the mean over an epoch's batches, each before its step and in `train()` mode, while the "
    "network still learns; the test curve is measured after the epoch, in `eval()` mode. So test may lie above it."
)
JUDGED = marked("The dashed curve is the training pictures measured as the test pictures are.")
