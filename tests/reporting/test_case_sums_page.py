"""The sum per case as files: for the owner only, safe to open, and in plain words."""

from __future__ import annotations

import os
import re
import stat
from datetime import date
from io import BytesIO

import numpy as np
import openpyxl
import pandas as pd
import pytest

from werkzorg.appraisal.case_sums import CaseSums
from werkzorg.reporting.case_sums import README, write_case_sums
from werkzorg.reporting.case_sums_page import case_sums_page, chance_text
from werkzorg.reporting.sanitise import dangers

LINE = {
    "payer": "municipality", "all_before": 9000.0, "all_after": 8000.0, "window": 10, "before": 7000.0,
    "months_before": 10, "after": 4500.0, "months_after": 9, "follow_up": 14, "months_known": 13, "paid": 7100.0,
    "expected": 9350.0, "low80": -3000.0, "high80": -100.0, "low95": -4000.0, "high95": 900.0, "difference": -2250.0,
}  # fmt: skip
CASE = {
    "window": 10, "follow_up": 14, "paid": 7100.0, "expected": 9350.0, "low80": -3000.0, "high80": -100.0,
    "low95": -4000.0, "high95": 900.0, "chance": 0.234, "difference": -2250.0, "support": 500.0, "net": -1750.0,
}  # fmt: skip


@pytest.fixture
def sums() -> CaseSums:
    """Three participants: one with everything, one without follow-up, one without data; a hostile pseudonym."""
    nothing = dict.fromkeys(("expected", "difference", "low80", "high80", "low95", "high95"), np.nan)
    free = {"expected": 0.0, "difference": 500.0, "low80": 500.0, "high80": 500.0, "low95": 500.0, "high95": 500.0}
    lines = [
        {"pseudonym": "P-AAAA1111", "item": "benefit", **LINE},
        {"pseudonym": "P-AAAA1111", "item": "ggz_other", **LINE, **nothing, "payer": "insurer"},
        {"pseudonym": "P-AAAA1111", "item": "support", **LINE, **free, "paid": 500.0, "payer": "ggz_institution"},
        {"pseudonym": "P-BBBB2222", "item": "benefit", **LINE, **nothing, "months_known": 0, "months_after": 0},
        {"pseudonym": "=2+3<script>", "item": "benefit", **LINE, **nothing, "months_known": 0},
    ]
    without = {**nothing, "chance": np.nan, "net": np.nan, "support": 0.0}
    cases = [
        {"pseudonym": "P-AAAA1111", "status": "gaps", **CASE},
        {"pseudonym": "P-BBBB2222", "status": "no_follow_up", **CASE, **without},
        {"pseudonym": "=2+3<script>", "status": "no_data", **CASE, **without},
    ]
    return CaseSums(pd.DataFrame(lines), pd.DataFrame(cases), 2018, 1000)


@pytest.fixture
def zone(sums, tmp_path):
    return write_case_sums(sums, tmp_path, lang="nl", pilot="=Proef", today=date(2019, 3, 1), until=date(2030, 12, 31))


def _text(page: str) -> str:
    body = page[page.index("<body>") :]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body).replace("\u00a0", " "))


def test_three_files_and_no_names_of_persons_in_theirs(zone):
    assert sorted(path.name for path in zone.iterdir()) == [
        README, "rekensom-per-casus.html", "rekensom-per-casus.xlsx",
    ]  # fmt: skip


@pytest.mark.skipif(os.name != "posix", reason="Windows has no mode bits")
def test_for_the_owner_only(zone):
    assert stat.S_IMODE(zone.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in zone.iterdir()} == {0o600}


def test_the_readme_says_for_whom_until_when_and_what_never(zone):
    text = (zone / README).read_text(encoding="utf8")
    for part in ("alleen voor casushouders", "31 december 2030", "Nooit in een rapport", "nooit per e-mail"):
        assert part in text


def test_the_page_loads_nothing_and_runs_nothing(zone):
    page = (zone / "rekensom-per-casus.html").read_text(encoding="utf8")
    assert "default-src 'none'" in page and "<script" not in page
    assert dangers(page) == []
    assert "=2+3&lt;script&gt;" in page


def test_the_page_gives_paid_expected_difference_intervals_and_the_warning(zone):
    text = _text((zone / "rekensom-per-casus.html").read_text(encoding="utf8"))
    assert text.count("Eén casus bewijst niets") == 2
    assert "bij 23 van de 100 mensen zo groot of groter" in text
    assert "Zonder begeleiding is € 2.250 minder betaald dan verwacht." in text
    assert "80% zekerheid ligt het verschil tussen € 3.000 minder en € 100 minder" in text
    assert "95% zekerheid tussen € 4.000 minder en € 900 meer" in text
    # Per month over the known months: 7,000 over 10 and 4,500 over 9.
    assert "€ 700 € 500 € 7.000 € 4.500 10 en 9 van 10" in text
    assert "Samen met begeleiding € 7.600 € 9.350 -€ 1.750" in text


def test_who_has_no_data_or_no_follow_up_is_told_so(zone):
    text = _text((zone / "rekensom-per-casus.html").read_text(encoding="utf8"))
    assert "Van deze deelnemer is geen enkel bedrag bekend." in text
    assert "Van deze deelnemer is na de start geen bedrag bekend." in text
    assert "nan" not in text.lower().replace("financ", "")


def test_the_workbook_has_an_explanation_a_row_per_case_and_a_row_per_item_and_payer(zone, sums):
    book = openpyxl.load_workbook(zone / "rekensom-per-casus.xlsx")
    assert book.sheetnames == ["Uitleg", "Per deelnemer", "Per post"]
    assert book["Per deelnemer"].max_row == 1 + len(sums.cases)
    assert book["Per post"].max_row == 1 + len(sums.lines)
    said = " ".join(str(row[0].value) for row in book["Uitleg"].iter_rows())
    assert "Eén casus bewijst niets" in said and "31 december 2030" in said
    heads = [cell.value for cell in book["Per post"][1]]
    row = dict(zip(heads, (cell.value for cell in book["Per post"][2]), strict=True))
    assert (row["Post"], row["Betaler"], row["Betaald"], row["Verwacht"]) == (
        "Uitkering (netto)",
        "Gemeente",
        7100,
        9350,
    )


def test_no_cell_is_a_formula(zone):
    book = openpyxl.load_workbook(BytesIO((zone / "rekensom-per-casus.xlsx").read_bytes()))
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    assert book["Per deelnemer"]["A4"].value == "=2+3<script>"


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_both_languages(sums, lang):
    page = case_sums_page(sums, lang, "Titel", "Feiten", "Voet")
    assert f'<html lang="{lang}">' in page and page.count('<section class="case">') == len(sums.cases)


def test_a_chance_below_one_in_a_hundred_is_not_called_nil():
    assert chance_text(0.001, "nl") == "minder dan 1"
    assert chance_text(0.07, "nl") == "7"
