"""Work that a teacher sets and a student hands in: tasks, fixed settings, a variant for each student, one file.

Needs no torch to import.
"""
