"""Calibration of the model: made-up pilots with a known truth drawn from the priors, fitted as reports fit theirs."""
