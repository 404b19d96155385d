"""Widgets that a link can set, and the settings of a training."""
