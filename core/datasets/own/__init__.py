"""Pictures that people bring in."""
