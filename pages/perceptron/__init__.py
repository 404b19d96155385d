"""Question 1's own parts: the network's layers, and the handout's slips."""
