"""Marking what was handed in: files read, claims checked, runs trained again, points with a reason each.

    python -m core.grading FOLDER

Needs no torch to import: runs are trained again in processes of their own (``retraining``).
"""
