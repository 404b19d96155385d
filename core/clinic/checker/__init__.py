"""Check my script: a pasted text is parsed, never run, and rules look for the clinic's bugs in its syntax tree."""
