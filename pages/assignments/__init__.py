"""The page Assignments: work is set, done and handed in, marked."""
