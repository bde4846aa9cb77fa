"""Sharing the gains: payment rules between parties, and the cheapest ones under which nobody is worse off."""
