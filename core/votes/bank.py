"""All votes of the lab, by lesson and by code; listing them needs neither torch nor scikit-learn."""

from core.votes import bank_cnn, bank_convolution, bank_crossval, bank_optimizers, bank_perceptron, bank_transfer
from core.votes.vote import Vote, VoteError

BANK: tuple[Vote, ...] = (
    *bank_perceptron.VOTES, *bank_convolution.VOTES, *bank_cnn.VOTES, *bank_crossval.VOTES, *bank_transfer.VOTES,
    *bank_optimizers.VOTES,
)  # fmt: skip
_BY_CODE = {vote.code: vote for vote in BANK}


def votes_of(lesson: str) -> tuple[Vote, ...]:
    """Those of one lesson (``core.votes.vote.LESSONS``), in the order in which they are asked best."""
    return tuple(vote for vote in BANK if vote.lesson == lesson)


def vote(code: str) -> Vote:
    """The lab's vote with this code.

    Raises
    ------
    VoteError
        If there is none.
    """
    if code not in _BY_CODE:
        raise VoteError(f"The lab has no vote {code!r}; choose one from the list.")
    return _BY_CODE[code]
