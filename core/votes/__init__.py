"""Votes of a class: questions whose answer the lab then runs, the misconception behind each wrong option, own votes."""
