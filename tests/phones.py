"""Who sits in a room of the tests of what a class does together."""

PHONES = [f"phone {i}" for i in range(7)]
