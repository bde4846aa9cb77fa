"""Numbers of method that are the same everywhere: interval widths, gates, tolerances, draws."""

from __future__ import annotations

INTERVAL_KIND = "equal-tailed"
"""Kind of every interval in the package (never the default of a library)."""

INTERVAL_WIDTHS = (0.50, 0.80, 0.95)
"""Widths of the intervals that are computed for each shown quantity."""

HEADLINE_WIDTH = 0.80
"""Width of the interval that stands in sentences."""

CHAINS = 4
DRAWS_PER_CHAIN = 1000
TUNE_PER_CHAIN = 800
TARGET_ACCEPT = 0.9
START_SPREAD = 1.0
"""Sampler settings; chains of a density start this far (its standard deviations) from its mode."""

SAMPLER = {"draws": DRAWS_PER_CHAIN, "tune": TUNE_PER_CHAIN, "chains": CHAINS, "target_accept": TARGET_ACCEPT}
STRICT_SAMPLER = SAMPLER | {"tune": 2 * TUNE_PER_CHAIN, "target_accept": 0.99}
"""Settings of the first try, and of the one automatic second try after a failed gate."""

RHAT_STOP, RHAT_WARN = 1.05, 1.01
ESS_STOP, ESS_WARN = 100, 400
DIVERGENCE_STOP, DIVERGENCE_WARN = 0.01, 0.0
BFMI_STOP, BFMI_WARN = 0.2, 0.3
PRIOR_DOMINANCE = 0.9
"""Statistical gates: stop and warn limits; posterior SD over prior SD above which the data say little."""

BALANCE_TOLERANCE = 1e-9
"""Largest relative error of the ledger identity in any draw."""

NEVER_PAY = ("client", "outside")
"""Parties that an agreement may not make pay: the participants, and the outside world."""

MONTHS_PER_YEAR = 12
WEEKS_PER_YEAR = 52
"""Calendar: the minimum wage per month is for 36/52-hour weeks, as in the Participatiewet (1,872 hours a year)."""

HORIZON_MONTHS_MIN, HORIZON_MONTHS_MAX = 12, 180
"""Range of the projection horizon."""

DISCOUNT_RATE_MAX = 0.10
"""Highest real discount rate that is believed, fraction per year: above it a percent sign was forgotten."""
