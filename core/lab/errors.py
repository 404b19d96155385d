"""The errors that are meant for people: their text is a sentence that a page shows as it is."""


class ChalknetError(ValueError):
    """Something that a person can mend: what was wrong, with the value, what is allowed, what to do."""


class NotYoursError(ChalknetError):
    """Somebody tried to change what another person has made."""
