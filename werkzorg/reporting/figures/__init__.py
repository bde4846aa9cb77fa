"""Figures of the reports, one module per kind; each returns a drawing, its message, its caption and its data."""

from werkzorg.reporting.figures.acceptability import acceptability
from werkzorg.reporting.figures.care import care_parts
from werkzorg.reporting.figures.checks import check_work
from werkzorg.reporting.figures.fan import cumulative_fan
from werkzorg.reporting.figures.funnel import funnel
from werkzorg.reporting.figures.income import income_by_hours
from werkzorg.reporting.figures.matrix import pay_matrix
from werkzorg.reporting.figures.placed import placed_forecast
from werkzorg.reporting.figures.priors import prior_posterior
from werkzorg.reporting.figures.probability import gain_probabilities
from werkzorg.reporting.figures.reach import reach_curve
from werkzorg.reporting.figures.sankey import sankey
from werkzorg.reporting.figures.states import state_shares
from werkzorg.reporting.figures.style import Figure
from werkzorg.reporting.figures.survey import survey_shares
from werkzorg.reporting.figures.target_groups import flow_shares
from werkzorg.reporting.figures.waterfall import kept_waterfall

__all__ = [
    "Figure",
    "acceptability",
    "care_parts",
    "check_work",
    "cumulative_fan",
    "flow_shares",
    "funnel",
    "gain_probabilities",
    "income_by_hours",
    "kept_waterfall",
    "pay_matrix",
    "placed_forecast",
    "prior_posterior",
    "reach_curve",
    "sankey",
    "state_shares",
    "survey_shares",
]
