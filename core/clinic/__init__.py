"""The bug clinic: scripts with one bug or none, the tests that tell them apart, and a reader of own scripts."""
