"""Nothing is lost by the reduction: the likelihood of reduced records is that of the rows, value and gradient.

The likelihood of rows is written here from its formulas: one term per month at risk, and per person the normal density
of the half years with its covariance written out. Derivatives are complex steps, which are exact to rounding.
"""

from __future__ import annotations

import numpy as np
import pytest
from plain_records import care_rows, cost_rows, hazard_rows, lives, loss_rows
from record_example import example_values

from werkzorg.cases.reading import read_tables
from werkzorg.cases.simulate import simulate
from werkzorg.inference.record_data import HAZARDS
from werkzorg.inference.record_kernel import record_log_likelihood
from werkzorg.inference.record_likelihood import ARRAYS, arrays, log_likelihood, named
from werkzorg.inference.reduction import reduce_records
from werkzorg.params.catalogue import catalogue
from werkzorg.params.pilots import load_pilot

POINTS = range(50)
"""For each of the two pilots: a hundred in all."""
STEP = 1e-30

# The same sums of some thousand terms in another order, some of which cancel; a slip in one cell is far larger.
EXACT = 1e-8

REFERENCE = 700.0


def centred(rows):
    """Covariates (row, effect), 1 or 0 minus their mean over the rows that know them; unknown is nil."""
    values = np.array([[np.nan if value is None else value for value in row[2]] for row in rows], dtype=float)
    return np.nan_to_num(values - np.nanmean(values, axis=0))


@pytest.fixture(scope="module", params=[(25, 20, 5), (30, 0, 6)], ids=["both", "alone"])
def pilot_rows(request, tmp_path_factory):
    """Rows of a made-up pilot, and its reduced arrays."""
    cases, comparison, seed = request.param
    folder = tmp_path_factory.mktemp("exact") / "pilot"
    simulate(folder, cases=cases, comparison=comparison, months=36, seed=seed, form="parquet")
    pilot, tables = load_pilot(folder), read_tables(folder)
    data, people = reduce_records(pilot, tables), lives(tables)
    first, last = catalogue().index_years("care_wage")
    factors = {year: catalogue().index_factor("care_wage", year, pilot.price_year) for year in range(first, last + 1)}
    start = (pilot.start.year - 1970) * 12 + pilot.start.month - 1
    by_size = {}
    for rows in cost_rows(people, start, factors):
        by_size.setdefault(len(rows), []).append(rows)
    severe = data.simple.severe.events / data.simple.severe.n
    hazards, losses = hazard_rows(people), loss_rows(people)
    raw = {
        "kind": np.array([HAZARDS.index(row[0]) for row in hazards]),
        "comparison": np.array([row[1] for row in hazards]),
        "entry_effects": centred(hazards),
        "event": np.array([bool(row[3]) for row in hazards]),
        "tenure": np.array([row[0] for row in losses], dtype=float),
        "alone": np.array([row[1] for row in losses]),
        "loss_effects": centred(losses),
        "lost": np.array([bool(row[3]) for row in losses]),
        "care": care_rows(people),
        "cost": [np.array(group) for group in by_size.values()],
        "severe": severe,
    }
    return raw, arrays(data, REFERENCE)


def happened(hazard, event):
    """Log chance of what happened in months at a constant hazard."""
    return np.where(event, np.log(1 - np.exp(-hazard)), -hazard).sum()


def raw_log_likelihood(values, raw):
    """Likelihood of the rows; parameters as in `record_likelihood`."""
    theta, effects, work, shares = named(values)
    scaled = effects * np.exp(theta["hazard.effect_scale"])
    return raw_hazards(theta, scaled, raw) + raw_care(theta, shares, raw["care"]) + raw_cost(theta, shares, work, raw)


def raw_hazards(theta, scaled, raw):
    alone = np.exp(theta["p_baseline_entry_hazard"] + theta["p_selection_shift"])
    ratio, late = np.exp(theta["p_logrr_programme_nl"]), np.exp(theta["p_programme_entry_hazard_late_ratio"])
    # Over 24 months, 9 of them early, the hazards add up to 24 times that without support times the ratio.
    early = alone * ratio * 24 / (9 + 15 * late)
    again = np.exp(theta["p_reentry_after_loss"])
    others = np.exp(theta["p_dropout_hazard"]), np.exp(theta["exit_other.month"])
    hazard = np.array([early, early * late, alone, again, again / ratio, *others])[raw["kind"]]
    hazard = hazard * np.exp(raw["entry_effects"] @ scaled[:3] - theta["selection.comparison_gap"] * raw["comparison"])
    shape, scale = np.exp(theta["p_job_survival_weibull_shape"]), np.exp(theta["p_job_survival_weibull_scale"])
    loss = ((raw["tenure"] + 1) ** shape - raw["tenure"] ** shape) * scale ** (-shape)
    loss = loss * np.exp(raw["loss_effects"] @ scaled[3:] - theta["p_hr_coach_retention"] * raw["alone"])
    return happened(hazard, raw["event"]) + happened(loss, raw["lost"])


def in_month(yearly):
    return 1 - (1 - yearly) ** (1 / 12)


def odds_times(chance, ratio):
    return chance * ratio / (1 - chance + chance * ratio)


def raw_care(theta, shares, rows):
    leave = {"severe": shares["p_leave_care_epa"], "common": shares["p_leave_care_cmd"]}
    use, wmo_ratio = shares["wmo.use_share"], np.exp(theta["p_logor_wmo_in_work"])
    total = 0.0
    for group, event in rows["leave"]:
        chance = in_month(leave[group])
        total += np.log(chance if event else 1 - chance)
    for _, event in rows["return"]:
        chance = in_month(shares["care.return_year"])
        total += np.log(chance if event else 1 - chance)
    for (group, working), event in rows["admission"]:
        quarter = 1 - (1 - shares[f"care.admission_year_{group}"]) ** (1 / 4)
        quarter = odds_times(quarter, np.exp(theta["p_logor_admission_in_work"])) if working else quarter
        chance = 1 - (1 - quarter) ** (1 / 3)
        total += np.log(chance if event else 1 - chance)
    for working, weight, event in rows["wmo"]:
        chance = odds_times(use, wmo_ratio) if working else use
        total += weight * np.log(chance if event else 1 - chance)
    return total


def raw_cost(theta, shares, work, raw):
    r = shares["care.reversion_left"]
    back = in_month(shares["care.return_year"])
    still = 0.0
    for name, share in (("p_leave_care_epa", raw["severe"]), ("p_leave_care_cmd", 1 - raw["severe"])):
        lasting = back / (in_month(shares[name]) + back)
        still += share * (lasting + (1 - lasting) * (1 - in_month(shares[name]) - back) ** 12)
    change = theta["p_log_rtm_ggz_cost"] - np.log(still)
    # No rise, with a corner of width 0.05 rounded off: softplus, in its form for a value of either sign.
    side = change if change.real < 0 else -change
    change = (change if change.real < 0 else 0 * change) - 0.05 * np.log(1 + np.exp(side / 0.05))
    after = [np.mean([(1 - r ** (t / 12)) / (1 - r) for t in range(6 * k + 1, 6 * k + 7)]) for k in range(10)]
    beta = [theta["care.level"] + np.log(REFERENCE), theta["care.level_severe"], theta["care.level_comparison"],
            theta["care.level_worker"], work, theta["care.work_selection"], theta["care.trend_year"],
            *(change * part for part in after), *(theta["care.rtm_gap"] * part for part in after)]  # fmt: skip
    total_variance, same = np.exp(2 * theta["p_cost_sigma"]), shares["p_cost_autocorr"]
    total = 0.0
    for rows in raw["cost"]:
        n = rows.shape[1]
        covariance = 2 * (1 - same) * total_variance * np.eye(n) + same * total_variance * np.ones((n, n))
        left = rows[:, :, 0] - rows[:, :, 1:] @ np.array(beta)
        sign, size = np.linalg.slogdet(covariance)
        solved = np.linalg.solve(covariance, left.T).T
        total += -0.5 * (len(rows) * (np.log(sign) + size) + (left * solved).sum())
    return total


def gradient_of(function, values):
    """Derivatives by complex steps."""
    return np.array([function(values + STEP * 1j * unit).imag / STEP for unit in np.eye(len(values))])


@pytest.mark.parametrize("point", POINTS)
def test_reduced_and_raw_are_equal(pilot_rows, point):
    raw, reduced = pilot_rows
    values = example_values(1000 + point)
    expected = raw_log_likelihood(values.astype(complex), raw).real
    assert log_likelihood(values, reduced) == pytest.approx(expected, rel=EXACT)
    value, gradient = record_log_likelihood(values, *(reduced[name] for name in ARRAYS))
    assert value == pytest.approx(expected, rel=EXACT)
    slopes = gradient_of(lambda at: raw_log_likelihood(at, raw), values)
    # Each slope against the largest: components near nil are differences of large sums.
    assert gradient == pytest.approx(slopes, rel=EXACT, abs=EXACT * np.abs(slopes).max())


def test_every_kind_of_row_is_there(pilot_rows):
    """So that no part of the likelihood is compared empty with empty."""
    raw, _ = pilot_rows
    assert raw["event"].any()
    assert raw["lost"].any()
    assert all(raw["care"][name] for name in ("leave", "return", "admission", "wmo"))
    assert len(raw["cost"]) > 2
