"""Question 5: pretrained weights, what is frozen, features computed once."""
