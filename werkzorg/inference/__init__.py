"""From counts to a posterior: transitions, likelihood, fit, diagnostics, forecast."""
