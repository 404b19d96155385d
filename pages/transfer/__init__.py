"""Question 5's own parts: weights, strategies, the freeze dial, a look inside, your picture."""
