"""What a run leaves to take home: a script, a report."""
