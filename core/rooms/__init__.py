"""Rooms: a class that votes. A teacher opens one, students take seats by its code, and nothing leaves the machine."""
