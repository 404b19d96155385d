"""Question 4's own parts: fewer lines, folds, single splits, the leak, the grid search."""
