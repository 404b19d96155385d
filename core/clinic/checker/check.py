"""The check: all rules over one pasted text."""

from core.clinic.checker import loop_rules, network_rules, picture_rules
from core.clinic.checker.reading import ScriptError, Slip, Source

RULES = (*loop_rules.RULES, *network_rules.RULES, *picture_rules.RULES)


def check(text: str) -> list[Slip]:
    """Look for the clinic's bugs in a script, which is parsed and never run.

    Parameters
    ----------
    text : str
        Up to 200,000 characters of Python.

    Returns
    -------
    list of Slip
        By line; each case once a line.

    Raises
    ------
    ScriptError
        If it is no Python, or too much of it; the sentence names the line.
    """
    try:
        source = Source(text)
        found = [slip for rule in RULES for slip in rule(source)]
    except RecursionError as error:
        raise ScriptError("Line 1 and below: the text is nested too deeply to be read.") from error
    once = {(slip.case, slip.line): slip for slip in found}
    return sorted(once.values(), key=lambda slip: (slip.line, slip.case))
