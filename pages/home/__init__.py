"""Home's own parts: the cards of the lessons, and what is ready."""
