"""Question 3's own parts: the layer table, a look inside, rewind, save and restore."""
