"""Monthly transition probabilities from the hazards, the same for inference, forecast and projection.

The chain of one participant (`docs/model.md` draws it): searching (first job, next job), working, each
with or without support of the programme, and off bijstand without work. The counterfactual arm is the
same chain started without support.

Parameters are evidence identifiers; all but the two logarithms (`p_selection_shift`,
`p_logrr_programme_nl`) are positive. Sources of the values: `params/evidence/priors.yaml`.
"""

from __future__ import annotations

import numpy as np

PARAMETERS = (
    "p_baseline_entry_hazard",
    "p_selection_shift",
    "p_logrr_programme_nl",
    "p_programme_entry_hazard_late_ratio",
    "p_dropout_hazard",
    "p_job_survival_weibull_shape",
    "p_job_survival_weibull_scale",
    "p_reentry_after_loss",
    "exit_other.month",
)
"""Parameters of the chain that counts can say something about, in the order of the likelihood."""

CHAIN = (*PARAMETERS, "p_hr_coach_retention")
"""All parameters that the moves of both arms need; how coaching changes job loss, counts cannot tell."""

ON_LOG_SCALE = ("p_selection_shift", "p_logrr_programme_nl")
"""Parameters that are logarithms themselves; the others enter the likelihood as their logarithm."""

EARLY_MONTHS = 9
"""Months of the early entry hazard (IPS-LITE: four in five first jobs came within nine months)."""

RATIO_MONTHS = 24
"""Follow-up over which the programme's risk ratio was measured (12 to 24 months); it fixes the early hazard."""


def entry_hazards(theta: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Monthly hazards of a job, by support.

    The risk ratio speaks of people placed over `RATIO_MONTHS`, so the early hazard h solves
    ``EARLY_MONTHS * h + (RATIO_MONTHS - EARLY_MONTHS) * h * late_ratio = RATIO_MONTHS * baseline * ratio``.

    Parameters
    ----------
    theta : dict of ndarray
        The values of `PARAMETERS`, any common shape (usually draws).

    Returns
    -------
    dict of ndarray
        `alone`: entry without support; `early`, `late`: entry with support; `next`, `next_alone`: next job
        after a loss. Hazards per month, same shape.
    """
    alone = theta["p_baseline_entry_hazard"] * np.exp(theta["p_selection_shift"])
    ratio = np.exp(theta["p_logrr_programme_nl"])
    late_ratio = theta["p_programme_entry_hazard_late_ratio"]
    early = alone * ratio * RATIO_MONTHS / (EARLY_MONTHS + (RATIO_MONTHS - EARLY_MONTHS) * late_ratio)
    return {
        "alone": alone,
        "early": early,
        "late": early * late_ratio,
        "next": theta["p_reentry_after_loss"],
        "next_alone": theta["p_reentry_after_loss"] / ratio,
    }


def chance(hazard: np.ndarray) -> np.ndarray:
    """Probability of an event within a month at a constant hazard: ``1 - exp(-hazard)``."""
    return -np.expm1(-np.asarray(hazard))


def loss_probabilities(theta: dict[str, np.ndarray], months: int) -> dict[str, np.ndarray]:
    """Probability of losing the job in each month of it, Weibull in time since the start of the job.

    Parameters
    ----------
    theta : dict of ndarray
        The values of `PARAMETERS`, shape (draw,).
    months : int
        Number of months of job tenure.

    Returns
    -------
    dict of ndarray
        `supported` and `alone`, shape (draw, duration). The Weibull of the evidence file is that of
        coached jobs, so a job without coaching has its hazard divided by `p_hr_coach_retention`.
    """
    shape = np.atleast_1d(theta["p_job_survival_weibull_shape"])[:, None]
    scale = np.atleast_1d(theta["p_job_survival_weibull_scale"])[:, None]
    ratio = np.atleast_1d(theta["p_hr_coach_retention"])[:, None]
    cumulative = (np.arange(months + 1)[None, :] / scale) ** shape
    hazard = np.diff(cumulative, axis=1)
    return {"supported": chance(hazard), "alone": chance(hazard / ratio)}


def programme_without_effect(theta: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The same parameters with the programme doing nothing: every programme parameter at its null value."""
    null = {"p_logrr_programme_nl": 0.0, "p_programme_entry_hazard_late_ratio": 1.0, "p_hr_coach_retention": 1.0}
    return {name: np.full_like(values, null[name]) if name in null else values for name, values in theta.items()}
