"""Plans for who teaches: minutes, links, votes, what has to be trained, and the numbers that were measured here."""
