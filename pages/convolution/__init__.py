"""Question 2's own parts: what is set, watched and practised."""
