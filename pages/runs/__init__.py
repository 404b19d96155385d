"""The Runs page's own parts: the table, one run, many compared, the disk."""
