"""The loop that trains, what it is fed with, and what it tells. Import from its modules: most of them need torch."""
