"""Runs that are killed: the next one gives the same numbers."""
