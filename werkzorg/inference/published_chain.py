"""The whole chain of a participant and of somebody compared, written out plainly, for published shares and counts.

What is published counts people wherever they are in the chain: "at work" holds those who left the programme too. So
the chain here has all states of the projection (a test holds the two equal), unlike that of `counts`, which stops at
leaving. The sampler uses the compiled form (`published_kernel`); a test holds value and gradient equal.
"""

from __future__ import annotations

import numpy as np

from werkzorg.inference.transitions import CHAIN, EARLY_MONTHS, RATIO_MONTHS

CHAIN_STATES = (
    *("search_first", "search_next", "job"),
    *("alone_first", "alone_next", "job_alone"),
    *("off_first", "off_next"),
)
"""States: with support, without support, off benefit without work; before the first job (`first`) and after one."""

AT_WORK = ("job", "job_alone")

CHAIN_PARAMETERS = (*CHAIN, "selection.comparison_gap")
"""Parameters of the chain of both groups, in the order of the compiled form; logarithms throughout."""

SHARE_COLUMNS = 2 + len(CHAIN_STATES)
"""Columns of a published share before the weights of the months: comparison group, people, part of each state."""


def chain_shares(theta: dict[str, float], back: float, months: int, *, comparison: bool) -> np.ndarray:
    """Chance of each state by month since enrolment.

    Parameters
    ----------
    theta : dict of float
        `CHAIN_PARAMETERS`, logarithms; complex values give derivatives by a complex step.
    back : float
        Monthly hazard of a return to benefit, `exit_other.return_month`.
    months : int
        Number of months.
    comparison : bool
        Somebody who never has support, with the chance of a first job of the comparison group.

    Returns
    -------
    ndarray (month 0..months, state)
        States as in `CHAIN_STATES`. Order of the moves within a month as in `docs/model.md`.
    """
    move = _chances(theta, back, months, comparison)
    shares = np.zeros((months + 1, len(CHAIN_STATES)), dtype=complex)
    search, alone, off = (np.zeros(2, dtype=complex) for _ in range(3))
    (alone if comparison else search)[0] = 1.0
    jobs, jobs_alone = np.zeros((2, months + 1), dtype=complex)
    shares[0] = [*search, 0, *alone, 0, *off]
    for month in range(months):
        entry = np.array([move["early"] if month < EARLY_MONTHS else move["late"], move["next"]])
        entry_alone = np.array([move["alone"], move["next_alone"]])
        leaving = (search + alone) * move["exit"]
        search, alone = search * (1 - move["exit"]), alone * (1 - move["exit"])
        started, started_alone = (search * entry).sum(), (alone * entry_alone).sum()
        search = search * (1 - entry)
        alone = alone * (1 - entry_alone) + search * move["drop"] + off * move["back"]
        search = search * (1 - move["drop"])
        off = off * (1 - move["back"]) + leaving
        lost, lost_alone = (jobs * move["loss"]).sum(), (jobs_alone * move["loss_alone"]).sum()
        kept = jobs * (1 - move["loss"])
        jobs_alone = jobs_alone * (1 - move["loss_alone"]) + kept * move["drop"]
        jobs, jobs_alone = np.roll(kept * (1 - move["drop"]), 1), np.roll(jobs_alone, 1)
        jobs[0], jobs_alone[0] = started, started_alone
        search[1] += lost
        alone[1] += lost_alone
        shares[month + 1] = [*search, jobs.sum(), *alone, jobs_alone.sum(), *off]
    return shares


def _chances(theta: dict[str, float], back: float, months: int, comparison: bool) -> dict[str, np.ndarray]:
    """Monthly chances of the moves; losses by month of the job."""
    alone = theta["p_baseline_entry_hazard"] + theta["p_selection_shift"]
    ratio, late = theta["p_logrr_programme_nl"], theta["p_programme_entry_hazard_late_ratio"]
    share = EARLY_MONTHS + (RATIO_MONTHS - EARLY_MONTHS) * np.exp(late)
    early = alone + ratio + np.log(RATIO_MONTHS / share)
    again = theta["p_reentry_after_loss"]
    gap = theta["selection.comparison_gap"] if comparison else 0.0
    shape, scale = np.exp(theta["p_job_survival_weibull_shape"]), np.exp(theta["p_job_survival_weibull_scale"])
    age = np.arange(1, months + 1)
    started = np.concatenate([[0.0], age[:-1].astype(float) ** shape]) if months else np.zeros(0)
    loss = (age**shape - started) / scale**shape
    hazards = {
        "early": np.exp(early),
        "late": np.exp(early + late),
        "alone": np.exp(alone - gap),
        "next": np.exp(again),
        "next_alone": np.exp(again - ratio - gap),
        "exit": np.exp(theta["exit_other.month"]),
        "drop": np.exp(theta["p_dropout_hazard"]),
        "back": back,
        "loss": np.append(loss, 0.0),
        "loss_alone": np.append(loss * np.exp(-theta["p_hr_coach_retention"]), 0.0),
    }
    return {name: 1 - np.exp(-hazard) for name, hazard in hazards.items()}


def shares_log_likelihood(theta: dict[str, float], shares: np.ndarray, back: float) -> float:
    """Log likelihood of published shares and counts: ``sum(people * log(share of the cell))``.

    Parameters
    ----------
    theta : dict of float
        As :func:`chain_shares`.
    shares : ndarray (row, SHARE_COLUMNS + month)
        Comparison group, people, part of each state that the cell holds, weight of each month since enrolment.
    back : float
        Monthly hazard of a return to benefit.
    """
    months = shares.shape[1] - SHARE_COLUMNS - 1
    total = 0.0
    for comparison in (False, True):
        rows = shares[shares[:, 0] == comparison]
        if len(rows):
            chances = chain_shares(theta, back, months, comparison=comparison)
            cells = np.einsum("rs,rm,ms->r", rows[:, 2:SHARE_COLUMNS], rows[:, SHARE_COLUMNS:], chances)
            used = rows[:, 1] > 0
            total += (rows[used, 1] * np.log(cells[used])).sum()
    return total
