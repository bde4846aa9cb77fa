"""The likelihood of `record_likelihood` compiled, with its exact gradient; and the posterior density with it.

Both stand in one file: the compiler keeps its results per file and would not see a change in another one.

Few scalars (hazards, coefficients, variances, chances) are dual numbers; sums over cells and persons are taken by hand
with respect to these scalars. A test holds value and gradient equal to the plain formulas.
"""

from __future__ import annotations

import numpy as np

from werkzorg.compiled import compiled
from werkzorg.constants import MONTHS_PER_YEAR
from werkzorg.inference.chances import QUARTERS, SOFTNESS
from werkzorg.inference.counts import log_likelihood as counts_log_likelihood
from werkzorg.inference.dual import (
    chain,
    complement,
    divide,
    exponential,
    logarithm,
    multiply,
    plus,
    power,
    variables,
)
from werkzorg.inference.published_chain import CHAIN_PARAMETERS
from werkzorg.inference.published_kernel import shares_log_likelihood_dual
from werkzorg.inference.record_data import EFFECTS, ENTRY_EFFECTS, MAX_PERIODS, PERIOD_MONTHS, RATIO_FACTS
from werkzorg.inference.record_likelihood import BOUNDED, NORMAL
from werkzorg.inference.transitions import EARLY_MONTHS, PARAMETERS, RATIO_MONTHS

_N = {name: i for i, name in enumerate(NORMAL)}
BASELINE, SELECTION = _N["p_baseline_entry_hazard"], _N["p_selection_shift"]
RATIO, LATE = _N["p_logrr_programme_nl"], _N["p_programme_entry_hazard_late_ratio"]
DROPOUT, AGAIN, EXIT = _N["p_dropout_hazard"], _N["p_reentry_after_loss"], _N["exit_other.month"]
SHAPE, SCALE = _N["p_job_survival_weibull_shape"], _N["p_job_survival_weibull_scale"]
RETENTION, GAP, SPREAD = _N["p_hr_coach_retention"], _N["selection.comparison_gap"], _N["hazard.effect_scale"]
SIGMA, CHANGE = _N["p_cost_sigma"], _N["p_log_rtm_ggz_cost"]
ADMISSION_ODDS, WMO_ODDS = _N["p_logor_admission_in_work"], _N["p_logor_wmo_in_work"]
LEVEL, LEVEL_SEVERE = _N["care.level"], _N["care.level_severe"]
LEVEL_COMPARISON, LEVEL_WORKER = _N["care.level_comparison"], _N["care.level_worker"]
WORK_SELECTION, TREND, REVERSION_GAP = _N["care.work_selection"], _N["care.trend_year"], _N["care.rtm_gap"]
EFFECT = len(NORMAL)
WORK = EFFECT + len(EFFECTS)
_B = {name: WORK + 1 + i for i, name in enumerate(BOUNDED)}
LEAVE_SEVERE, LEAVE_COMMON = _B["p_leave_care_epa"], _B["p_leave_care_cmd"]
RETURN, CORRELATION, LEFT = _B["care.return_year"], _B["p_cost_autocorr"], _B["care.reversion_left"]
ADMISSION_SEVERE, ADMISSION_COMMON = _B["care.admission_year_severe"], _B["care.admission_year_common"]
WMO_USE = _B["wmo.use_share"]
LENGTH = WORK + 1 + len(BOUNDED)
"""Places of the parameters in the one vector of the kernel: `NORMAL`, effects, effect of work, `BOUNDED`."""

N_COUNTS = len(PARAMETERS)
N_NORMAL = len(NORMAL)
N_ENTRY = len(ENTRY_EFFECTS)
N_EFFECTS = len(EFFECTS)
PUBLISHED_CHAIN = np.array([_N[name] for name in CHAIN_PARAMETERS])
"""Places of the parameters of published shares."""

SINGLE = 7
"""Coefficients before those of the half years."""


@compiled()
def record_log_likelihood(
    values: np.ndarray,
    cells: np.ndarray,
    losses: np.ndarray,
    care: np.ndarray,
    within: np.ndarray,
    sizes: np.ndarray,
    between: np.ndarray,
    ratios: np.ndarray,
    shares: np.ndarray,
    facts: np.ndarray,
) -> tuple[float, np.ndarray]:
    """Log likelihood of the reduced records and its gradient.

    Parameters
    ----------
    values : ndarray (parameter,)
        `record_likelihood.NORMAL`, group effects, effect of work, `record_likelihood.BOUNDED`.
    cells, losses, care, within, sizes, between, ratios, shares, facts : ndarray
        From `record_likelihood.arrays`.

    Returns
    -------
    float, ndarray (parameter,)
        Value and derivatives.
    """
    u = variables(values)
    scale = exponential(u[SPREAD])
    scaled = np.empty((N_EFFECTS, u.shape[1]))
    for i in range(N_EFFECTS):
        scaled[i] = multiply(scale, u[EFFECT + i])
    total = _hazards(u, scaled, cells) + _losses(u, scaled, losses) + _care(u, care)
    if sizes.shape[0] + ratios.shape[0] > 0:
        total += _cost(u, within, sizes, between, ratios, facts)
    if shares.shape[0] > 0:
        said = shares_log_likelihood_dual(values[PUBLISHED_CHAIN], shares, facts[2])
        total[0] += said[0]
        for i in range(PUBLISHED_CHAIN.size):
            total[1 + PUBLISHED_CHAIN[i]] += said[1 + i]
    return total[0], total[1:]


@compiled()
def _binomial(chance: np.ndarray, events: float, at_risk: float) -> np.ndarray:
    """Dual of a binomial log likelihood, from the dual of the chance."""
    value, slope = 0.0, 0.0
    if events > 0:
        value += events * np.log(chance[0])
        slope += events / chance[0]
    if at_risk > events:
        value += (at_risk - events) * np.log1p(-chance[0])
        slope -= (at_risk - events) / (1.0 - chance[0])
    return chain(chance, value, slope)


@compiled()
def _events(log_hazard: np.ndarray, events: float, at_risk: float) -> np.ndarray:
    """Dual of a binomial with chance ``1 - exp(-hazard)``."""
    hazard = np.exp(log_hazard[0])
    value, slope = -(at_risk - events) * hazard, -(at_risk - events) * hazard
    if events > 0:
        value += events * np.log(-np.expm1(-hazard))
        slope += events * hazard / np.expm1(hazard)
    return chain(log_hazard, value, slope)


@compiled()
def _hazards(u: np.ndarray, scaled: np.ndarray, cells: np.ndarray) -> np.ndarray:
    late = exponential(u[LATE])
    share = plus((RATIO_MONTHS - EARLY_MONTHS) * late, float(EARLY_MONTHS))
    alone = u[BASELINE] + u[SELECTION]
    early = plus(alone + u[RATIO] - logarithm(share), np.log(float(RATIO_MONTHS)))
    base = np.empty((7, u.shape[1]))
    base[0], base[1], base[2] = early, early + u[LATE], alone
    base[3], base[4] = u[AGAIN], u[AGAIN] - u[RATIO]
    base[5], base[6] = u[DROPOUT], u[EXIT]
    total = np.zeros(u.shape[1])
    for row in range(cells.shape[0]):
        log_hazard = base[int(cells[row, 0])] - cells[row, 1] * u[GAP]
        for i in range(N_ENTRY):
            log_hazard += cells[row, 2 + i] * scaled[i]
        total += _events(log_hazard, cells[row, 3 + N_ENTRY], cells[row, 2 + N_ENTRY])
    return total


@compiled()
def _losses(u: np.ndarray, scaled: np.ndarray, losses: np.ndarray) -> np.ndarray:
    shape = np.exp(u[SHAPE, 0])
    log_scale = u[SCALE, 0]
    total = np.zeros(u.shape[1])
    for row in range(losses.shape[0]):
        tenure = losses[row, 0]
        upper, lower = (tenure + 1.0) ** shape, tenure**shape
        steep = upper * np.log(tenure + 1.0) - (lower * np.log(tenure) if tenure > 0 else 0.0)
        log_hazard = u[SHAPE] * (shape * (steep / (upper - lower) - log_scale)) - shape * u[SCALE]
        log_hazard[0] = np.log(upper - lower) - shape * log_scale
        log_hazard -= losses[row, 1] * u[RETENTION]
        for i in range(N_EFFECTS - N_ENTRY):
            log_hazard += losses[row, 2 + i] * scaled[N_ENTRY + i]
        at_risk, events = losses[row, 2 + N_EFFECTS - N_ENTRY], losses[row, 3 + N_EFFECTS - N_ENTRY]
        total += _events(log_hazard, events, at_risk)
    return total


@compiled()
def _monthly(yearly: np.ndarray) -> np.ndarray:
    return complement(power(complement(yearly), 1.0 / MONTHS_PER_YEAR))


@compiled()
def _odds_changed(chance: np.ndarray, ratio: np.ndarray) -> np.ndarray:
    odds = multiply(divide(chance, complement(chance)), ratio)
    return divide(odds, plus(odds, 1.0))


@compiled()
def _care(u: np.ndarray, care: np.ndarray) -> np.ndarray:
    """Rows of `care`: at risk and events of leaving (2), return, admission (idle 2, at work 2), Wmo (2)."""
    total = _binomial(_monthly(u[LEAVE_SEVERE]), care[0, 1], care[0, 0])
    total += _binomial(_monthly(u[LEAVE_COMMON]), care[1, 1], care[1, 0])
    total += _binomial(_monthly(u[RETURN]), care[2, 1], care[2, 0])
    ratio = exponential(u[ADMISSION_ODDS])
    for row, place in ((3, ADMISSION_SEVERE), (4, ADMISSION_COMMON)):
        idle = u[place]
        quarter = complement(power(complement(idle), 1.0 / QUARTERS))
        busy = complement(power(complement(_odds_changed(quarter, ratio)), float(QUARTERS)))
        total += _binomial(_monthly(idle), care[row, 1], care[row, 0])
        total += _binomial(_monthly(busy), care[row + 2, 1], care[row + 2, 0])
    total += _binomial(u[WMO_USE], care[7, 1], care[7, 0])
    total += _binomial(_odds_changed(u[WMO_USE], exponential(u[WMO_ODDS])), care[8, 1], care[8, 0])
    return total


@compiled()
def _still(u: np.ndarray, severe: float, months: float) -> np.ndarray:
    """Share in care after some months, mean over the diagnosis groups."""
    back = _monthly(u[RETURN])
    shares = np.zeros((2, u.shape[1]))
    for row, place in ((0, LEAVE_SEVERE), (1, LEAVE_COMMON)):
        leave = _monthly(u[place])
        stationary = divide(back, leave + back)
        left = power(complement(leave + back), months)
        shares[row] = stationary + multiply(complement(stationary), left)
    return severe * shares[0] + (1.0 - severe) * shares[1]


@compiled()
def _reverted(left: np.ndarray) -> np.ndarray:
    """Regression to the mean per half year, as part of that after a year, (period, dual)."""
    r = left[0]
    after = np.zeros((MAX_PERIODS, left.size))
    for period in range(MAX_PERIODS):
        for month in range(PERIOD_MONTHS * period + 1, PERIOD_MONTHS * (period + 1) + 1):
            years = month / MONTHS_PER_YEAR
            value = (1.0 - r**years) / (1.0 - r)
            slope = (value - years * r ** (years - 1.0)) / (1.0 - r)
            after[period] += chain(left, value, slope)
    return after / PERIOD_MONTHS


@compiled()
def _no_rise(net: np.ndarray) -> np.ndarray:
    """See `chances.net_reversion`."""
    small = np.exp(-abs(net[0]) / SOFTNESS)
    slope = small / (1.0 + small) if net[0] > 0.0 else 1.0 / (1.0 + small)
    return chain(net, min(net[0], 0.0) - SOFTNESS * np.log1p(small), slope)


@compiled()
def _cost(
    u: np.ndarray,
    within: np.ndarray,
    sizes: np.ndarray,
    between: np.ndarray,
    ratios: np.ndarray,
    facts: np.ndarray,
) -> np.ndarray:
    change = _no_rise(u[CHANGE] - logarithm(_still(u, facts[1], float(MONTHS_PER_YEAR))))
    after = _reverted(u[LEFT])
    beta = np.empty((SINGLE + 2 * MAX_PERIODS, u.shape[1]))
    beta[0], beta[1], beta[2] = plus(u[LEVEL], facts[0]), u[LEVEL_SEVERE], u[LEVEL_COMPARISON]
    beta[3], beta[4], beta[5], beta[6] = u[LEVEL_WORKER], u[WORK], u[WORK_SELECTION], u[TREND]
    for period in range(MAX_PERIODS):
        beta[SINGLE + period] = multiply(change, after[period])
        beta[SINGLE + MAX_PERIODS + period] = multiply(u[REVERSION_GAP], after[period])
    total = _ratios(u, beta, ratios, facts)
    if sizes.shape[0] == 0:
        return total
    variance = exponential(2.0 * u[SIGMA])
    case = multiply(u[CORRELATION], variance)
    residual = 2.0 * (variance - case)
    return total + _regression(beta, residual, case, within, sizes, between)


@compiled()
def _regression(
    beta: np.ndarray, residual: np.ndarray, case: np.ndarray, within: np.ndarray, sizes: np.ndarray, between: np.ndarray
) -> np.ndarray:
    """Normal regression with the case effect integrated out; the sums are differentiated by hand."""
    contrast = np.empty(within.shape[0])
    contrast[0] = 1.0
    contrast[1:] = -beta[:, 0]
    spread, common = residual[0], case[0]
    moved = np.dot(within, contrast)
    square = np.dot(contrast, moved)
    log_scale, by_spread, by_common = 0.0, 0.0, 0.0
    square_by_spread, square_by_common = 0.0, 0.0
    for row in range(sizes.shape[0]):
        rows, persons = sizes[row, 0], sizes[row, 1]
        joint = spread + rows * common
        shift = np.dot(between[row], contrast)
        size = np.dot(contrast, shift)
        moved -= common / joint * shift
        square -= common / joint * size
        log_scale += persons * ((rows - 1.0) * np.log(spread) + np.log(joint))
        by_spread += persons * ((rows - 1.0) / spread + 1.0 / joint)
        by_common += persons * rows / joint
        square_by_spread += common / joint**2 * size
        square_by_common -= spread / joint**2 * size
    slope_spread = -0.5 * (by_spread + square_by_spread / spread - square / spread**2)
    slope_common = -0.5 * (by_common + square_by_common / spread)
    total = slope_spread * residual + slope_common * case
    for i in range(beta.shape[0]):
        total += moved[i + 1] / spread * beta[i]
    total[0] = -0.5 * (log_scale + square / spread)
    return total


@compiled()
def _ratios(u: np.ndarray, beta: np.ndarray, ratios: np.ndarray, facts: np.ndarray) -> np.ndarray:
    """Published changes of the mean cost of a group, jointly normal on the log scale; see `record_data.Published`."""
    n = ratios.shape[0]
    distances = np.zeros((n, u.shape[1]))
    for row in range(n):
        distances[row] = -ratios[row, 2] * u[WORK] - ratios[row, 3] * u[TREND]
        distances[row, 0] += ratios[row, 0]
        for period in range(MAX_PERIODS):
            weight = ratios[row, RATIO_FACTS + period]
            if weight != 0.0:
                middle = PERIOD_MONTHS * period + PERIOD_MONTHS / 2.0
                expected = beta[SINGLE + period] + logarithm(_still(u, facts[1], middle))
                expected += ratios[row, 1] * beta[SINGLE + MAX_PERIODS + period]
                distances[row] -= weight * expected
    total = np.zeros(u.shape[1])
    for row in range(n):
        white = np.zeros(u.shape[1])
        for other in range(n):
            white += ratios[row, RATIO_FACTS + MAX_PERIODS + other] * distances[other]
        total -= 0.5 * multiply(white, white)
    return total


@compiled(nogil=True)
def log_density(
    vector,
    mu,
    sigma,
    work,
    bounds,
    weights,
    mask,
    persons,
    cells,
    losses,
    care,
    within,
    sizes,
    between,
    ratios,
    shares,
    facts,
):
    """Log posterior density (with its constants) and gradient.

    Parameters
    ----------
    vector : ndarray (parameter,)
        Unbounded parameters.
    mu, sigma, work, bounds : ndarray
        Priors; `work` holds the effect of work at its normal score and the derivative of that effect, `bounds` has rows
        low, width, alpha, beta.
    weights, mask, persons : ndarray
        Counts, see `counts.CountData`.
    cells, losses, care, within, sizes, between, ratios, shares, facts : ndarray
        See `record_likelihood.arrays`.

    Returns
    -------
    float, ndarray (parameter,)
        Value and derivatives with respect to the unbounded parameters.
    """
    values = vector.copy()
    slopes = np.ones(vector.size)
    value, gradient = 0.0, np.zeros(vector.size)
    for i in range(N_NORMAL):
        distance = (vector[i] - mu[i]) / sigma[i]
        value -= 0.5 * distance**2 + np.log(sigma[i])
        gradient[i] -= distance / sigma[i]
    for i in range(N_NORMAL, WORK + 1):
        value -= 0.5 * vector[i] ** 2
        gradient[i] -= vector[i]
    values[WORK], slopes[WORK] = work[0], work[1]
    for i in range(bounds.shape[1]):
        place = WORK + 1 + i
        odds = vector[place]
        # Both logarithms without loss for large odds of either sign.
        log_share = -np.log1p(np.exp(-odds)) if odds > 0 else odds - np.log1p(np.exp(odds))
        log_rest = log_share - odds
        share = np.exp(log_share)
        value += bounds[2, i] * log_share + bounds[3, i] * log_rest
        gradient[place] += bounds[2, i] * (1.0 - share) - bounds[3, i] * share
        values[place] = bounds[0, i] + bounds[1, i] * share
        slopes[place] = bounds[1, i] * share * (1.0 - share)
    said, slope = record_log_likelihood(values, cells, losses, care, within, sizes, between, ratios, shares, facts)
    value += said
    gradient += slope * slopes
    if persons.size > 0:
        counted, steep = counts_log_likelihood(values[:N_COUNTS].copy(), weights, mask, persons)
        value += counted
        gradient[:N_COUNTS] += steep
    return value, gradient
