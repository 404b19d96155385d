"""Question 6: contests, one step in numbers, landscapes."""
