"""The likelihood of published shares and counts compiled, with its exact gradient; plain form in `published_chain`.

Dual numbers here have only the derivatives of the chain (`published_chain.CHAIN_PARAMETERS`), and products are added in
place: the time in each job makes this the longest sum of the likelihood.
"""

from __future__ import annotations

import numpy as np

from werkzorg.compiled import compiled
from werkzorg.inference.dual import complement, exponential, logarithm, multiply, plus, variables
from werkzorg.inference.published_chain import CHAIN_PARAMETERS, CHAIN_STATES, SHARE_COLUMNS
from werkzorg.inference.transitions import EARLY_MONTHS, RATIO_MONTHS

_P = {name: i for i, name in enumerate(CHAIN_PARAMETERS)}
BASELINE, SELECTION = _P["p_baseline_entry_hazard"], _P["p_selection_shift"]
RATIO, LATE = _P["p_logrr_programme_nl"], _P["p_programme_entry_hazard_late_ratio"]
DROPOUT, AGAIN, EXIT = _P["p_dropout_hazard"], _P["p_reentry_after_loss"], _P["exit_other.month"]
SHAPE, SCALE = _P["p_job_survival_weibull_shape"], _P["p_job_survival_weibull_scale"]
RETENTION, GAP = _P["p_hr_coach_retention"], _P["selection.comparison_gap"]
N_STATES = len(CHAIN_STATES)
FIRST_SEARCH, NEXT_SEARCH, JOB, FIRST_ALONE, NEXT_ALONE, JOB_ALONE, FIRST_OFF, NEXT_OFF = range(N_STATES)
FIRST_WEIGHT = SHARE_COLUMNS


@compiled()
def _stay(log_hazard: np.ndarray) -> np.ndarray:
    """Chance that nothing happens in a month, from the dual of the log hazard."""
    return exponential(-exponential(log_hazard))


@compiled()
def _add_product(target: np.ndarray, first: np.ndarray, second: np.ndarray) -> None:
    """Add the product of two dual numbers to a third, in place."""
    a, b = first[0], second[0]
    for i in range(1, target.size):
        target[i] += a * second[i] + b * first[i]
    target[0] += a * b


@compiled()
def _age_jobs(
    target: np.ndarray,
    source: np.ndarray,
    chance: np.ndarray,
    month: int,
    kept: np.ndarray,
    lost: np.ndarray,
    add: bool,
) -> None:
    """Let every job become a month older with a chance by its age; adds to `kept`, takes off `lost`.

    Written out over the derivatives: no other loop of the likelihood is as long.
    """
    for age in range(month, 0, -1):
        a, b = source[age - 1, 0], chance[age - 1, 0]
        for i in range(kept.size):
            value = a * b if i == 0 else a * chance[age - 1, i] + b * source[age - 1, i]
            kept[i] += value
            lost[i] -= value
            target[age, i] = target[age, i] + value if add else value


@compiled()
def _kept(u: np.ndarray, months: int, coached: bool) -> np.ndarray:
    """Chance to keep the job in each month of it, (month, dual)."""
    keep = np.zeros((months, u.shape[1]))
    before = np.zeros(u.shape[1])
    shape = exponential(u[SHAPE])
    for age in range(months):
        log_hazard = plus(-u[SCALE], np.log(age + 1.0))
        cumulative = exponential(multiply(shape, log_hazard) - (np.zeros(u.shape[1]) if coached else u[RETENTION]))
        keep[age] = exponential(before - cumulative)
        before = cumulative
    return keep


@compiled()
def chain_shares_dual(u: np.ndarray, back: float, months: int, comparison: bool) -> np.ndarray:
    """Chance of each state by month since enrolment with derivatives, (month, state, dual).

    Parameters
    ----------
    u : ndarray (parameter, dual)
        `CHAIN_PARAMETERS` as dual numbers.
    back : float
        Monthly hazard of a return to benefit.
    months : int
        Number of months.
    comparison : bool
        See `published_chain.chain_shares`.
    """
    size = u.shape[1]
    spread = plus((RATIO_MONTHS - EARLY_MONTHS) * exponential(u[LATE]), float(EARLY_MONTHS))
    log_alone = u[BASELINE] + u[SELECTION]
    log_early = plus(log_alone + u[RATIO] - logarithm(spread), np.log(float(RATIO_MONTHS)))
    none_early, none_late, none_next = _stay(log_early), _stay(log_early + u[LATE]), _stay(u[AGAIN])
    none_alone = _stay(log_alone - u[GAP]) if comparison else _stay(log_alone)
    next_alone = u[AGAIN] - u[RATIO]
    none_next_alone = _stay(next_alone - u[GAP]) if comparison else _stay(next_alone)
    on, remain = _stay(u[EXIT]), _stay(u[DROPOUT])
    off, drop = complement(on), complement(remain)
    returned = -np.expm1(-back)
    keep, keep_alone = _kept(u, months, True), _kept(u, months, False)
    keep_on, keep_drop = np.zeros(keep.shape), np.zeros(keep.shape)
    for age in range(months):
        _add_product(keep_on[age], keep[age], remain)
        _add_product(keep_drop[age], keep[age], drop)
    jobs, jobs_alone = np.zeros((months + 1, size)), np.zeros((months + 1, size))
    shares = np.zeros((months + 1, N_STATES, size))
    shares[0, FIRST_ALONE if comparison else FIRST_SEARCH, 0] = 1.0
    for month in range(months):
        old, new = shares[month], shares[month + 1]
        none_first = none_early if month < EARLY_MONTHS else none_late
        started, started_alone = np.zeros(size), np.zeros(size)
        # Not at work: first job or a next one, with support and without.
        for place in range(2):
            searching, idle, away = old[FIRST_SEARCH + place], old[FIRST_ALONE + place], old[FIRST_OFF + place]
            none = none_first if place == 0 else none_next
            none_idle = none_alone if place == 0 else none_next_alone
            _add_product(new[FIRST_OFF + place], searching + idle, off)
            new[FIRST_OFF + place] += (1.0 - returned) * away
            still, still_idle = multiply(searching, on), multiply(idle, on)
            _add_product(started, still, complement(none))
            _add_product(started_alone, still_idle, complement(none_idle))
            stuck = multiply(still, none)
            _add_product(new[FIRST_SEARCH + place], stuck, remain)
            _add_product(new[FIRST_ALONE + place], stuck, drop)
            _add_product(new[FIRST_ALONE + place], still_idle, none_idle)
            new[FIRST_ALONE + place] += returned * away
        lost, lost_alone = old[JOB].copy(), old[JOB_ALONE].copy()
        _age_jobs(jobs_alone, jobs_alone, keep_alone, month, new[JOB_ALONE], lost_alone, False)
        if not comparison:
            _age_jobs(jobs_alone, jobs, keep_drop, month, new[JOB_ALONE], lost, True)
            _age_jobs(jobs, jobs, keep_on, month, new[JOB], lost, False)
        jobs[0], jobs_alone[0] = started, started_alone
        new[JOB] += started
        new[JOB_ALONE] += started_alone
        new[NEXT_SEARCH] += lost
        new[NEXT_ALONE] += lost_alone
    return shares


@compiled()
def shares_log_likelihood_dual(values: np.ndarray, shares: np.ndarray, back: float) -> np.ndarray:
    """Log likelihood of published shares and counts as a dual number.

    Parameters
    ----------
    values : ndarray (parameter,)
        `CHAIN_PARAMETERS`, logarithms.
    shares : ndarray (row, SHARE_COLUMNS + month)
        See `published_chain.shares_log_likelihood`.
    back : float
        Monthly hazard of a return to benefit.

    Returns
    -------
    ndarray (1 + parameter,)
        Value and derivatives.
    """
    u = variables(values)
    total = np.zeros(u.shape[1])
    months = shares.shape[1] - FIRST_WEIGHT - 1
    for group in range(2):
        wanted = shares[:, 0] == group
        if not wanted.any():
            continue
        chances = chain_shares_dual(u, back, months, group == 1)
        for row in range(shares.shape[0]):
            if not wanted[row] or shares[row, 1] == 0.0:
                continue
            cell = np.zeros(u.shape[1])
            for month in range(months + 1):
                weight = shares[row, FIRST_WEIGHT + month]
                for state in range(N_STATES):
                    part = weight * shares[row, 2 + state]
                    if part != 0.0:
                        cell += part * chances[month, state]
            total += shares[row, 1] * logarithm(cell)
    return total
