"""Cohorts through time: one multi-state engine for all draws at once."""
