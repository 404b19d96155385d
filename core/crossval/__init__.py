"""Question 4: folds as runs, scikit-learn's scores, skorch."""
