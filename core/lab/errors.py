"""The one error that is meant for people: its text is a sentence that a page shows as it is."""


class ChalknetError(ValueError):
    """Something that a person can mend: what was wrong, with the value, what is allowed, what to do."""
