"""The split of the observed change against plain loops: half years, all orders of causes, one draw at a time."""

from __future__ import annotations

from itertools import permutations
from math import exp, expm1, log

import numpy as np
import pytest
from scipy.stats import norm
from test_decomposition import Records, change, posterior

from werkzorg.inference.chances import (
    monthly_chance,
    net_reversion,
    quarterly_odds_changed,
    reversion,
    still_in_care,
)
from werkzorg.inference.record_data import WORK_STEPS, Share
from werkzorg.ledger.decomposition import CAUSES, EXPECTED, decompose
from werkzorg.params.pilots import catalogue_of, load_pilot

CLOSE = 1e-9
"""Relative: some hundred sums and products of doubles. A wrong half year or sign is above 1e-3."""

SEVERE = 0.6
"""24 of 40 participants, as the made-up records have it."""


@pytest.fixture(scope="module")
def pilot():
    return load_pilot("voorbeeld")


@pytest.fixture(scope="module", params=[True, False], ids=["episodes", "no episodes"])
def seen(request):
    """Unequal half years, so that no two of them can be taken for each other."""
    return change(weight=np.array([0.3, 0.7]), episodes=request.param)


def halves(seen):
    return [2 * (seen.year - 1) + h for h in range(len(seen.weight))]


def still(d, months):
    return sum(
        part * float(still_in_care(d[name], d["care.return_year"], months))
        for name, part in (("p_leave_care_epa", SEVERE), ("p_leave_care_cmd", 1 - SEVERE))
    )


def in_care(d, seen):
    return [still(d, 6 * (h + 0.5)) for h in halves(seen)]


def regressed(d, seen):
    net = float(net_reversion(np.array([d["p_log_rtm_ggz_cost"]]), np.array([still(d, 12.0)]))[0])
    left = d["care.reversion_left"]
    come = [np.mean([float(reversion(left, (6 * h + m) / 12)) for m in range(1, 7)]) for h in halves(seen)]
    return [exp(net * c) for c in come]


def mixed(seen, work, selection):
    return [
        sum(share * exp((work + selection) * step) for share, step in zip(shares, WORK_STEPS, strict=True))
        * exp(-selection * mean)
        for shares, mean in zip(seen.shares, seen.mean_share, strict=True)
    ]


def cost(d, seen, outpatient, active):
    care = in_care(d, seen) if "planned_end" in active else [1.0] * len(seen.weight)
    factor = list(care)
    if "regression_to_mean" in active:
        factor = [f * r for f, r in zip(factor, regressed(d, seen), strict=True)]
    chosen = "selection_time" in active
    mix = mixed(
        seen,
        d["p_log_ggz_cost_ratio_work"] if "work" in active else 0.0,
        d["care.work_selection"] if chosen else 0.0,
    )
    factor = [f * m for f, m in zip(factor, mix, strict=True)]
    if chosen:
        # From the middle of the year before, six months before enrolment, to the middle of the half year.
        years = [(6 * (h + 0.5) + 6) / 12 for h in halves(seen)]
        factor = [f * exp(d["care.trend_year"] * y) for f, y in zip(factor, years, strict=True)]
    total = outpatient * sum(w * f for w, f in zip(seen.weight, factor, strict=True))
    return total + episodes(d, seen, care, active) if seen.episodes else total


def episodes(d, seen, care, active):
    present = sum(w * c for w, c in zip(seen.weight, care, strict=True))
    idle = busy = 0.0
    for group, part in (("severe", SEVERE), ("common", 1 - SEVERE)):
        yearly = d[f"care.admission_year_{group}"]
        idle += part * monthly_chance(yearly)
        busy += part * monthly_chance(quarterly_odds_changed(yearly, exp(d["p_logor_admission_in_work"])))
    working = float(np.mean(seen.mean_share)) if "work" in active else 0.0
    a_month = present * (idle * (1 - working) + busy * working)
    if "crisis_at_start" in active:
        a_month += seen.fresh * (1 - (1 - d["p_crisis_first_quarter"]) ** (1 / 3) - present * busy)
    return 12 * a_month * d["ggz.crisis_admission"]


def shapley(d, seen, outpatient):
    """Mean over all orders in which the causes can be switched on."""
    part = dict.fromkeys(EXPECTED, 0.0)
    orders = list(permutations(EXPECTED))
    known = {}
    for order in orders:
        active = frozenset()
        for cause in order:
            more = active | {cause}
            for each in (active, more):
                if each not in known:
                    known[each] = cost(d, seen, outpatient, each)
            part[cause] += (known[more] - known[active]) / len(orders)
            active = more
    return part


def test_every_part_in_every_draw_is_that_of_the_loops(pilot, seen):
    drawn = posterior()
    found = decompose(pilot, Records(seen), drawn)
    assert found["part"].dims == ("draw", "cause") and found["needed"].dims == ("draw", "tipping")
    # 5,120 is shown as 5,200, of which 4,600 in 5,120 is nine tenths when rounded to a twentieth.
    outpatient = 5200 * 0.9
    for at in range(0, drawn.sizes["draw"], 7):
        d = {name: float(values[at]) for name, values in drawn.items()}
        expected = shapley(d, seen, outpatient)
        expected["chance"] = (3000 - 5200) - sum(expected.values())
        got = found["part"].isel(draw=at)
        assert got.values == pytest.approx([expected[cause] for cause in CAUSES], rel=CLOSE, abs=1e-6)


def test_tipping_points_are_those_of_the_loops(pilot, seen):
    drawn = posterior()
    found = decompose(pilot, Records(seen), drawn)
    names = ("p_log_rtm_ggz_cost", "p_leave_care_epa", "p_leave_care_cmd", "care.return_year", "care.reversion_left")
    known, size = catalogue_of(pilot), drawn.sizes["draw"]
    prior = {name: known.draw(name, size, 1) for name in names}
    before = [natural({name: float(values[k]) for name, values in prior.items()}, seen) for k in range(size)]
    selected, natural_share = [], []
    spread = known.distribution("care.work_selection").params
    for at in range(size):
        d = {name: float(values[at]) for name, values in drawn.items()}
        selection, work = d["care.work_selection"], d["p_log_ggz_cost_ratio_work"]
        with_work, without = (np.dot(mixed(seen, w, selection), seen.weight) for w in (work, 0.0))
        needed = natural(d, seen) + log(with_work / without)
        row = found.isel(draw=at)
        assert row["needed"].values == pytest.approx([expm1(selection + work), expm1(needed)], rel=CLOSE)
        assert row["assumed"].values == pytest.approx([expm1(selection), expm1(natural(d, seen))], rel=CLOSE)
        selected.append(norm.cdf(selection + work, spread["mu"], spread["sigma"]))
        natural_share.append(np.mean([b < needed for b in before]))
    assert found["thought"].values == pytest.approx([np.mean(selected), np.mean(natural_share)], rel=1e-6)


def natural(d, seen):
    return log(sum(w * c * r for w, c, r in zip(seen.weight, in_care(d, seen), regressed(d, seen), strict=True)))


def test_without_known_diagnoses_half_is_taken_as_severe(pilot, seen):
    def split(severe):
        records = Records(seen)
        records.simple = type("simple", (), {"severe": severe})
        return decompose(pilot, records, posterior())["part"].values

    unknown, half = split(Share(0.0, 0.0)), split(Share(20.0, 40.0))
    assert np.array_equal(unknown, half)
    assert not np.allclose(half, split(Share(40.0, 40.0)))


def test_as_many_people_as_the_threshold_are_shown_and_a_cost_of_one_euro_too(pilot):
    drawn = posterior()
    assert decompose(pilot, Records(change(persons=12)), drawn, threshold=12) is not None
    assert decompose(pilot, Records(change(persons=11)), drawn, threshold=12) is None
    assert decompose(pilot, Records(change(base=1.0, before=1.0, outpatient=1.0, after=2.0)), drawn) is not None
    assert decompose(pilot, Records(change(base=1.0, before=0.0, outpatient=0.0)), drawn) is None


def test_without_an_effect_of_work_what_is_needed_is_what_is_there(pilot, seen):
    found = decompose(pilot, Records(seen), posterior(p_log_ggz_cost_ratio_work=0.0))
    np.testing.assert_allclose(found["needed"], found["assumed"], rtol=1e-12)
