"""Health of everything that is shipped, and the page that is generated from it."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from werkzorg.errors import WerkzorgError
from werkzorg.params import Catalogue, catalogue, health, parties, shipped
from werkzorg.params.page import render
from werkzorg.wording import catalogue as words

CATALOGUE = catalogue()
REPOSITORY = Path(__file__).parents[2]


def test_nothing_wrong_with_shipped_parameters():
    assert [problem.render("en") for problem in health(CATALOGUE)] == []


def test_all_four_index_series_are_used_by_money():
    used = {entry.index for entry in CATALOGUE if entry.is_money}
    assert used == {"cpi", "contract_wage", "care_wage", "minimum_wage", "none"}


MOVED = [entry for entry in CATALOGUE if entry.is_money and entry.index != "none" and not entry.finding]


@pytest.mark.parametrize("entry", MOVED, ids=lambda entry: entry.id)
def test_every_indexed_amount_can_be_put_in_euros_of_2018(entry):
    amount = CATALOGUE.amount(entry.id, date(2018, 7, 1))
    assert amount.price_year == 2018
    assert amount.value > 0
    assert amount.low is None or amount.low <= amount.value <= amount.high


@pytest.mark.parametrize(
    "entry", [entry for entry in CATALOGUE if not entry.finding and not entry.follows], ids=lambda entry: entry.id
)
def test_draws_are_finite_and_near_the_stated_interval(entry):
    draws = CATALOGUE.draw(entry.id, 200, seed=1)
    assert np.isfinite(draws).all()
    last = entry.values[-1] if entry.values else None
    if entry.distribution is None and last.low is not None:
        assert draws.min() >= last.low
        assert draws.max() <= last.high


def test_contract_wage_index_is_chained_from_its_yearly_changes():
    level = 100.0
    for entry in CATALOGUE.get("contract_wage.yearly").values:
        level *= 1 + entry.value / 100
        # Three decimals are written; the smallest change, 1.4%, is a thousand times larger.
        assert CATALOGUE.value("index.contract_wage", entry.start) == pytest.approx(level, abs=6e-4)


def test_cpi_index_is_chained_from_its_yearly_changes():
    for entry in CATALOGUE.get("cpi.yearly").values:
        factor = CATALOGUE.index_factor("cpi", entry.start.year - 1, entry.start.year)
        # Two decimals on 100 are written: 0.01%, against changes of 0.3% and more.
        assert factor == pytest.approx(1 + entry.value / 100, abs=2e-4)


def test_care_wage_index_follows_guidance_tariff():
    series = {entry.start.year: entry.value for entry in CATALOGUE.get("wmo.guidance.series").values}
    for year, value in series.items():
        # Three decimals are written on levels above 100.
        assert CATALOGUE.index_factor("care_wage", 2018, year) == pytest.approx(value / series[2018], abs=2e-5)


def test_the_single_norm_is_seventy_percent_of_the_couple_norm():
    couple = {entry.start: entry.value for entry in CATALOGUE.get("bijstand.net.couple").values}
    for entry in CATALOGUE.get("bijstand.net.single").values:
        # Rounded to cents; a slip of one digit in a cent column shows.
        assert entry.value == pytest.approx(0.7 * couple[entry.start], abs=0.011)


def test_evidence_sets_differ_only_where_they_say_so():
    sceptical, optimistic = (CATALOGUE.with_evidence_set(name) for name in ("sceptical", "optimistic"))
    name = "p_logrr_programme_nl"
    assert sceptical.value(name) < CATALOGUE.value(name) < optimistic.value(name)
    others = [entry.id for entry in CATALOGUE if entry.distribution and entry.id != name]
    assert all(sceptical.value(other) == CATALOGUE.value(other) for other in others)


def test_eleven_parties_with_distinct_readable_colours():
    found = parties()
    assert [party.order for party in found] == list(range(1, 12))
    assert [party.id for party in found if not party.inside] == ["outside"]
    assert len({party.colour for party in found}) == 11
    for party in found:
        # WCAG 1.4.11: graphics need 3:1 against the background.
        assert _contrast_on_white(party.colour) >= 3.0, party.id


def _contrast_on_white(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


def test_page_is_up_to_date_and_every_id_has_an_anchor():
    page = (REPOSITORY / "docs" / "parameters.md").read_text(encoding="utf8")
    assert page == render(), "run python -m werkzorg.params.page"
    assert all(f'<a id="{entry.id}"></a>' in page for entry in CATALOGUE)


def test_page_puts_the_weakest_first():
    page = render()
    places = [page.index(f"\n## {status}") for status in ("Assumption", "Recalled", "Derived", "Verified")]
    assert places == sorted(places)


def test_shipped_files_are_found_in_the_repository_and_in_a_wheel(tmp_path, monkeypatch):
    words()  # read before the package is moved: the message of the error stands in them
    assert (shipped("params") / "parties.yaml").is_file()
    inside = tmp_path / "werkzorg" / "shipped" / "params"
    inside.mkdir(parents=True)
    monkeypatch.setattr("werkzorg.params.files.resources.files", lambda _: tmp_path / "werkzorg" / "params")
    assert shipped("params") == inside
    with pytest.raises(WerkzorgError, match="notebooks"):
        shipped("notebooks")


def broken(**changes):
    """A catalogue with one entry that is wrong in a way that only shows in the whole."""
    entry = CATALOGUE.get("staff.hour").model_copy(update=changes)
    return Catalogue({**{other.id: other for other in CATALOGUE}, entry.id: entry})


@pytest.mark.parametrize(
    ("changes", "identifier"),
    [
        ({"note": None}, "params.no_reason"),
        ({"status": "verified"}, "params.no_address"),
        ({"kind": "evidence", "grade": None}, "params.no_grade"),
        ({"kind": "evidence"}, "params.no_distribution"),
        ({"unit": "fraction"}, "params.fraction_range"),
        ({"index": "wood_price"}, "params.no_series"),
        ({"follows": "nothing.here"}, "params.follows_nothing"),
    ],
)
def test_health_finds_what_is_wrong(changes, identifier):
    found = health(broken(**changes))
    assert identifier in [problem.identifier for problem in found]
    assert all("staff.hour" in problem.render("nl") for problem in found)


def test_health_refuses_one_series_for_all():
    same = {entry.id: entry.model_copy(update={"index": "cpi"}) for entry in CATALOGUE if entry.is_money}
    found = health(Catalogue({**{entry.id: entry for entry in CATALOGUE}, **same}))
    assert [problem.identifier for problem in found] == ["params.one_index_for_all"]
