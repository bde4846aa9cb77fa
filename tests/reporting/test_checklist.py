"""The list of accountability: every item of the standard, honest states, and the word DRAFT when it belongs there."""

from dataclasses import replace

import pytest

from werkzorg.pilot import Accountability
from werkzorg.reporting.checklist import (
    ESSENTIAL,
    ITEMS,
    MISSING,
    NOT_NEEDED,
    YES,
    checklist_table,
    draft_text,
    missing_essentials,
    state_of,
)
from werkzorg.reporting.report import Report
from werkzorg.wording import catalogue

ALL = {name: {"nl": f"zin over {name}", "en": f"sentence on {name}"} for name in Accountability.model_fields}
BY_ID = {item.id: item for item in ITEMS}


def with_account(results, keys=tuple(ALL), **meta):
    return replace(results, meta={**results.meta, "accountability": {key: ALL[key] for key in keys}, **meta})


def test_all_items_are_there_once_in_order():
    assert [item.id for item in ITEMS] == [f"K{number:02d}" for number in range(1, 55)]


def test_every_sentence_of_the_pilot_has_its_item_and_the_other_way_round():
    assert sorted(item.said for item in ITEMS if item.said) == sorted(Accountability.model_fields)


def test_every_item_that_is_there_says_where():
    for item in ITEMS:
        assert f"checklist.{item.id}" in catalogue()
        if not item.said and item.id not in ("K18", "K44", "K51"):
            assert f"checklist.where.{item.id}" in catalogue(), item.id


@pytest.mark.parametrize("item", [item for item in ITEMS if item.said], ids=lambda item: item.id)
def test_without_its_sentence_an_item_is_missing(results, item):
    assert state_of(item, with_account(results)) == YES
    assert state_of(item, with_account(results, set(ALL) - {item.said})) == MISSING


@pytest.mark.parametrize("item", [item for item in ITEMS if item.rows], ids=lambda item: item.id)
def test_without_its_rows_an_item_is_not_there(results, item):
    fewer = replace(results, table=results.table[~results.table["quantity"].isin(item.rows)])
    assert state_of(item, fewer) != YES


def test_a_full_account_is_no_draft(results):
    assert draft_text(with_account(results), "nl") == ""
    assert "CONCEPT" not in Report(with_account(results), "municipality", "nl").front_page().markup


@pytest.mark.parametrize(
    ("key", "item"), [("decision", "K03"), ("comparison", "K07"), ("perspectives", "K08")], ids=str
)
def test_each_essential_sentence_makes_a_draft_by_itself(results, key, item):
    found = with_account(results, set(ALL) - {key})
    assert missing_essentials(found) == (item,)
    for reader in ("municipality", "insurer", "ggz", "technical"):
        assert "CONCEPT" in Report(found, reader, "nl").front_page().markup
    assert "DRAFT" in Report(found, "client", "en").client_page().markup


def test_a_sentence_that_is_not_essential_makes_no_draft(results):
    assert draft_text(with_account(results, set(ALL) - {"funding"}), "nl") == ""


def test_records_are_a_draft_until_somebody_released_them(results):
    found = with_account(results, basis="records")
    assert missing_essentials(found) == ("K52",)
    assert missing_essentials(with_account(results, basis="records", released_by="A. Vrijgever")) == ()


def test_checks_are_essential_when_something_was_estimated(results):
    assert state_of(BY_ID["K39"], results) == YES
    assert state_of(BY_ID["K39"], replace(results, gates=results.gates[:0])) == NOT_NEEDED


def test_items_on_records_do_not_apply_to_counts(results):
    for name in ("K44", "K53"):
        assert state_of(BY_ID[name], results) == NOT_NEEDED
    assert state_of(BY_ID["K44"], with_account(results, basis="records")) == MISSING


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_table_shows_every_item_with_what_is_said(results, lang):
    made = checklist_table(with_account(results), lang)
    assert len(made.data) == len(ITEMS)
    assert ALL["funding"][lang] in made.data.iloc[:, 2].tolist()
    empty = checklist_table(results, lang)
    asked = [text for text in empty.data.iloc[:, 2] if "‘decision’" in text]
    assert len(asked) == 1
    assert set(ESSENTIAL) <= set(BY_ID)
