"""Profiles and calendar: weights that add up, hours of the evidence, the law of each month."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from scipy import stats

from werkzorg.params.pilots import catalogue_of
from werkzorg.projection.profiles import EDGES, HOURS, build_profiles, hours_weights, law_regimes, supplements
from werkzorg.rules.wage import wage

ROUNDING = 1e-12


def test_weights_are_shares_of_households_subsidy_and_disregard(drechtsteden, few):
    profiles = build_profiles(drechtsteden, catalogue_of(drechtsteden), few)
    assert profiles.weight.sum(axis=1) == pytest.approx(1.0, abs=ROUNDING)
    for household, share in drechtsteden.households.shares().items():
        chosen = (profiles.table["household"] == household).to_numpy()
        assert profiles.weight[:, chosen].sum(axis=1) == pytest.approx(share, abs=ROUNDING)
    for column, name in (("lks", "jobs.share_lks"), ("disregard", "jobs.disregard_applied")):
        chosen = profiles.table[column].to_numpy()
        assert profiles.weight[:, chosen].sum(axis=1) == pytest.approx(few[name].values, abs=ROUNDING)


@pytest.mark.parametrize(("instrument", "column"), [("loonkostensubsidie", "lks"), ("disregard", "disregard")])
def test_an_instrument_that_the_pilot_does_not_use_has_no_profiles(drechtsteden, few, instrument, column):
    instruments = tuple(name for name in drechtsteden.support.instruments if name != instrument)
    pilot = drechtsteden.model_copy(
        update={"support": drechtsteden.support.model_copy(update={"instruments": instruments})}
    )
    profiles = build_profiles(pilot, catalogue_of(pilot), few)
    assert (profiles.weight[:, profiles.table[column].to_numpy()] == 0).all()
    assert profiles.weight.sum(axis=1) == pytest.approx(1.0, abs=ROUNDING)


def test_hours_have_the_median_and_spread_of_the_evidence(drechtsteden, posterior):
    catalogue = catalogue_of(drechtsteden)
    weights = hours_weights(catalogue, posterior)
    assert weights.sum(axis=1) == pytest.approx(1.0, abs=ROUNDING)
    mu, sigma = (catalogue.distribution("p_hours_week").params[key] for key in ("mu", "sigma"))
    # The share below 22 hours gives back the shift of each draw; its spread is the parameter, 200 draws: within 15%.
    # Truncation at 4 and 40 hours moves the share by less than 0.03, a shift of 0.1 in the log.
    below = weights[:, : HOURS.index(20) + 1].sum(axis=1)
    shift = np.log(EDGES[HOURS.index(20) + 1]) - mu - sigma * stats.norm.ppf(below)
    assert shift.mean() == pytest.approx(0, abs=0.05)
    assert shift.std() == pytest.approx(catalogue.value("jobs.hours_location_sd"), rel=0.25)


def test_hours_belong_to_the_label_of_the_draw(drechtsteden, posterior):
    catalogue, chosen = catalogue_of(drechtsteden), [150, 2, 77]
    found = hours_weights(catalogue, posterior.isel(draw=chosen))
    assert (found == hours_weights(catalogue, posterior)[chosen]).all()


def test_month_has_the_law_of_the_year_in_which_it_lies(drechtsteden):
    """Enrolment half-way 3 May 2018: month 8 runs from 3 December to 2 January, month 9 lies in January 2019."""
    regimes = law_regimes(drechtsteden, catalogue_of(drechtsteden))
    years = [regimes.laws[number].law_date.year for number in regimes.of_month]
    assert [years[month] for month in (0, 1, 8, 9, 20, 21, 44, 45, 120)] == [
        *(2018, 2018, 2018, 2019, 2019, 2020, 2021, 2022, 2028)
    ]
    assert all(law.valuation_date == drechtsteden.valuation_date for law in regimes.laws)


@pytest.mark.parametrize(
    ("start", "closes", "last_of_first_year"),
    [
        (date(2018, 1, 1), date(2018, 1, 1), 12),
        (date(2018, 12, 20), date(2018, 12, 20), 0),
        (date(2018, 11, 25), date(2018, 11, 25), 1),
        (date(2018, 7, 1), date(2018, 7, 3), 6),
    ],
)
def test_calendar_of_other_starts(drechtsteden, start, closes, last_of_first_year):
    pilot = drechtsteden.model_copy(update={"start": start, "enrolment_closes": closes, "horizon_months": 24})
    regimes = law_regimes(pilot, catalogue_of(pilot))
    years = np.array([regimes.laws[number].law_date.year for number in regimes.of_month])
    assert years[1:].tolist() == [2018] * last_of_first_year + sorted(years[1:])[last_of_first_year:]
    assert (years[1:] == 2018).sum() == last_of_first_year


def test_prices_before_the_pilot_starts_are_those_of_the_valuation_date(drechtsteden):
    later = drechtsteden.model_copy(update={"valuation_date": date(2020, 1, 1)})
    laws = law_regimes(later, catalogue_of(later)).laws
    assert laws[0].law_date == date(2020, 1, 1)
    assert laws[0].wage.minimum_hour > law_regimes(drechtsteden, catalogue_of(drechtsteden)).laws[0].wage.minimum_hour


def test_supplement_of_a_single_person_is_norm_less_counted_wage(drechtsteden, few):
    catalogue = catalogue_of(drechtsteden)
    profiles, regimes = build_profiles(drechtsteden, catalogue, few), law_regimes(drechtsteden, catalogue)
    amounts = supplements(profiles, regimes, few["jobs.wage_factor"].values)
    law, table = regimes.laws[0], profiles.table
    place = table.query("household == 'single' and not lks and disregard and hours == 16").index[0]
    net = wage(16, few["jobs.wage_factor"].values * law.wage.minimum_hour, law).net / 12
    free = np.minimum(0.25 * net, law.bijstand.disregard.maximum)
    # Months 1 to 6 in the job have the disregard (bands 0 and 3), month 7 (band 6) and later have not.
    for band, part in ((0, free), (1, free), (2, 0.0), (6, 0.0)):
        expected = np.maximum(law.bijstand.net_single - net + part, 0)
        assert amounts[0, band][:, place] == pytest.approx(expected, abs=1e-9)
