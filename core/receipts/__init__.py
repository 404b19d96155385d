"""What a run leaves for people: a script that needs nothing of this lab, a notebook, a lab report."""

from core.receipts.receipt import as_trained, ended_early, notebook, script, sections

__all__ = ["as_trained", "ended_early", "notebook", "script", "sections"]
