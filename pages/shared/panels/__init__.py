"""Parts of a page that two or more lessons have: train, experiment, results, code."""
