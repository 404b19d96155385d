"""Altair charts from plain data, and the colours of the lab. Import from its modules: Altair takes its time."""
