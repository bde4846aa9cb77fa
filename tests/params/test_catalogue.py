"""Look-up, indexation, overrides and draws of the catalogue."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from werkzorg.errors import WerkzorgError
from werkzorg.params import catalogue

CATALOGUE = catalogue()
SERIES = ("cpi", "contract_wage", "care_wage", "minimum_wage")
YEARS = st.integers(2014, 2026)
# Repeated multiplication and division of doubles: a few units in the last place.
EXACT = 1e-12

LOCAL = {
    "id": "wmo.guidance.series",
    "values": [{"from": date(2018, 1, 1), "value": 60.0, "low": 58.0, "high": 62.0}],
    "source": {"title": "Contract of the municipality"},
    "status": "verified",
}


def test_value_is_the_one_in_force():
    assert CATALOGUE.value("bijstand.net.single", date(2018, 12, 31)) == 992.12
    assert CATALOGUE.value("bijstand.net.single", date(2019, 1, 1)) == 1025.55
    assert CATALOGUE.value("bijstand.net.single") == 1401.5


def test_value_before_the_first_and_after_the_end_is_an_error():
    with pytest.raises(WerkzorgError, match="2017-07-01"):
        CATALOGUE.value("bijstand.net.single", date(2017, 6, 30))
    assert CATALOGUE.in_force("liv.hours_min", date(2024, 12, 31))
    assert not CATALOGUE.in_force("liv.hours_min", date(2025, 1, 1))
    with pytest.raises(WerkzorgError):
        CATALOGUE.value("liv.hours_min", date(2025, 1, 1))


def test_amount_of_the_year_itself_is_not_indexed():
    assert CATALOGUE.amount("bijstand.net.single", date(2018, 7, 1)).value == 992.12


def test_amount_is_moved_by_its_own_series():
    amount = CATALOGUE.amount("kh.ggz.specialist_institution", date(2018, 1, 1))
    # 134 of 2022 times 57.1 / 64.0 of the care series; with the CPI it would be 114, with contract wages 122.
    assert amount.value == pytest.approx(134 * 57.1 / 64.0, rel=2e-5)
    assert (amount.price_year, amount.unit) == (2018, "EUR/contact")


def test_interval_moves_along_from_the_nearest_value_that_has_one():
    amount = CATALOGUE.amount("wmo.guidance.series", date(2018, 1, 1))
    assert amount.value == 57.1
    assert amount.low == pytest.approx(57.1 * 66.3 / 78.0, rel=EXACT)
    assert amount.high == pytest.approx(57.1 * 101.4 / 78.0, rel=EXACT)


def test_share_keeps_its_own_interval_only():
    before = CATALOGUE.amount("lks.funding.municipal_net_share", date(2018, 1, 1))
    after = CATALOGUE.amount("lks.funding.municipal_net_share", date(2022, 1, 1))
    assert (before.value, before.low, before.high) == (1.0, None, None)
    assert (after.value, after.low, after.high) == (0.05, 0.0, 0.3)
    assert (CATALOGUE.draw("lks.funding.municipal_net_share", 5, 1, on=date(2018, 1, 1)) == 1.0).all()


def test_fixed_amount_is_not_indexed():
    assert CATALOGUE.amount("lkv.banenafspraak.max", date(2025, 1, 1)).value == 2000


def test_year_outside_the_series_is_an_error():
    with pytest.raises(WerkzorgError, match="2031"):
        CATALOGUE.amount("staff.hour", date(2031, 1, 1))


@given(st.sampled_from(SERIES), YEARS, YEARS)
def test_indexing_up_and_down_is_the_identity(series, one, other):
    there, back = CATALOGUE.index_factor(series, one, other), CATALOGUE.index_factor(series, other, one)
    assert there * back == pytest.approx(1.0, rel=EXACT)


@given(st.sampled_from(SERIES), YEARS, YEARS, YEARS)
def test_indexing_in_two_steps_is_indexing_in_one(series, one, way, other):
    steps = CATALOGUE.index_factor(series, one, way) * CATALOGUE.index_factor(series, way, other)
    assert steps == pytest.approx(CATALOGUE.index_factor(series, one, other), rel=EXACT)


def test_override_replaces_value_interval_and_source():
    local = CATALOGUE.with_overrides([LOCAL])
    assert local.value("wmo.guidance.series") == 60.0
    entry = local.get("wmo.guidance.series")
    assert (entry.local, entry.status, entry.unit, entry.index) == (True, "verified", "EUR/hour", "care_wage")
    assert entry.note is None
    draws = local.draw("wmo.guidance.series", 500, 1, on=date(2018, 1, 1))
    assert 58.0 <= draws.min() < draws.max() <= 62.0
    assert not CATALOGUE.get("wmo.guidance.series").local


@pytest.mark.parametrize(
    ("change", "key", "words"),
    [
        ({"id": "wmo.guidance.serie"}, "parameters.0.id", "wmo.guidance.series"),
        ({"source": None}, "parameters.0.source", "keys"),
        ({"vales": []}, "parameters.0.vales", "values"),
        ({"unit": "EUR/uur"}, "parameters.0.unit", "EUR/hour"),
    ],
)
def test_wrong_override_names_file_line_and_key(change, key, words):
    lines = {"parameters.0": 31, "parameters.0.id": 31}
    with pytest.raises(WerkzorgError) as caught:
        CATALOGUE.with_overrides([{**LOCAL, **change}], "mine.yaml", lines)
    message = caught.value.render("en")
    assert "mine.yaml:31" in message
    assert key in message
    assert words in message


def test_override_without_source_or_twice_is_an_error():
    with pytest.raises(WerkzorgError, match=r"parameters\.0\.source"):
        CATALOGUE.with_overrides([{key: value for key, value in LOCAL.items() if key != "source"}])
    with pytest.raises(WerkzorgError, match=r"parameters\.1\.id"):
        CATALOGUE.with_overrides([LOCAL, LOCAL])


def test_draws_depend_on_seed_and_id_only():
    first = CATALOGUE.draw("jobs.wage_factor", 50, 7)
    np.testing.assert_array_equal(first, CATALOGUE.with_overrides([LOCAL]).draw("jobs.wage_factor", 50, 7))
    assert not np.array_equal(first, CATALOGUE.draw("jobs.wage_factor", 50, 8))
    other = CATALOGUE.draw("jobs.share_lks", 50, 7)
    # Independent streams: the correlation of 50 pairs is within 4 / sqrt(50).
    assert abs(np.corrcoef(first, other)[0, 1]) < 0.57


def test_first_draws_stay_the_same_in_every_version():
    # Written down once: a changed stream silently changes every published result.
    np.testing.assert_allclose(CATALOGUE.draw("care.refilled", 3, 2018), FIRST_DRAWS, rtol=1e-9)


FIRST_DRAWS = [0.2741401283115983, 0.7672985035324227, 0.24351199282170347]


def test_evidence_sets_share_their_uniforms():
    neutral = CATALOGUE.draw("p_logrr_programme_nl", 100, 3)
    sceptical = CATALOGUE.with_evidence_set("sceptical").draw("p_logrr_programme_nl", 100, 3)
    np.testing.assert_allclose((neutral - 0.5) / 0.3, (sceptical - 0.25) / 0.25, rtol=1e-9)


def test_money_draws_move_with_the_year():
    early, late = (CATALOGUE.draw("staff.hour", 50, 1, on=date(year, 1, 1)) for year in (2018, 2025))
    np.testing.assert_allclose(late / early, CATALOGUE.index_factor("contract_wage", 2018, 2025), rtol=1e-9)


def test_finding_has_no_number_to_use():
    with pytest.raises(WerkzorgError, match="ev_rr_brinchmann2020"):
        CATALOGUE.value("ev_rr_brinchmann2020")


def test_median_of_a_distribution_is_its_value():
    assert CATALOGUE.value("p_baseline_entry_hazard") == pytest.approx(np.exp(-4.828), rel=1e-9)
    assert CATALOGUE.value("p_leave_care_epa") == pytest.approx(0.158, abs=5e-4)  # published to three decimals
