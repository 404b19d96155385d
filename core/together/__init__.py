"""What a class trains together: a sweep, seeds, widths or folds, a run for each phone, filled into one picture."""
