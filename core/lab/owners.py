"""Whose something is: a person's key is a secret, and only its mark is kept."""

import hashlib
import secrets


def owner_mark(owner: str) -> str:
    """What is kept of a person's key: enough to know it again, too little to act as that person."""
    return hashlib.sha256(f"chalknet owner {owner}".encode()).hexdigest()[:32]


def belongs_to(mark: object, owner: str) -> bool:
    """Whether a mark, as ``owner_mark`` made it, is that of the person with this key.

    Parameters
    ----------
    mark : object
        What a file says; anything but the right text belongs to nobody.
    owner : str
        The person's key; an empty one owns nothing.
    """
    return bool(owner) and isinstance(mark, str) and secrets.compare_digest(mark.encode(), owner_mark(owner).encode())


def label(mark: str) -> str:
    """Four letters and digits that tell people in a list apart and name nobody."""
    return hashlib.sha256(f"chalknet label {mark}".encode()).hexdigest()[:4]
