"""The results table and its files."""

import csv
import json
import re

import openpyxl
import pytest
from results_example import example

from werkzorg.errors import WerkzorgError
from werkzorg.reporting import read_results, write_results
from werkzorg.reporting.results import as_json, make_results
from werkzorg.reporting.results_files import WORKBOOKS
from werkzorg.reporting.workbook import unit_in_words, write_workbook
from werkzorg.wording import catalogue, say


def test_written_and_read_back(results, results_folder):
    again = read_results(results_folder)
    assert as_json(again) == as_json(results)
    assert read_results(results_folder / "results.json").meta == results.meta


@pytest.mark.parametrize("variant", ["over_zero", "certain", "never_pays", "gate_warn", "gate_stop"])
def test_awkward_results_fit_the_schema(variant, tmp_path):
    write_results(example(variant), tmp_path)
    assert read_results(tmp_path).meta["gates_verdict"] in ("ok", "warn", "stop")


def test_selection(results):
    row = results.one(quantity="net", party="insurer", horizon=60, per="pilot", view="budget")
    assert row.id == "net.insurer.60.pilot.budget"
    assert results.maybe(quantity="net", party="nobody") is None
    with pytest.raises(WerkzorgError, match="quantity=net"):
        results.one(quantity="net", party="nobody")
    with pytest.raises(WerkzorgError, match="quantity=net"):
        results.one(quantity="net")
    with pytest.raises(WerkzorgError, match="quantity"):
        results.one(quantty="net")


def test_waterfall_comes_in_order(results):
    steps = results.rows(quantity="waterfall", party="municipality")
    assert [step.order for step in steps] == sorted(step.order for step in steps)
    assert steps[-1].item == "kept"


def test_reader_sees_only_its_rows(results):
    table = results.table.copy()
    table.loc[table["party"] == "employer", "parties"] = "employer; municipality"
    hidden = type(results)(results.meta, table, results.assumptions, results.gates)
    assert not hidden.visible_to("insurer").rows(quantity="net", party="employer")
    assert hidden.visible_to("municipality").rows(quantity="net", party="employer")


def test_faulty_content_is_refused(results, tmp_path):
    content = as_json(results)
    for change in (
        lambda c: c["table"][0].update(extra=1),
        lambda c: c["table"][0].update(probability=1.2),
        lambda c: c["table"][0].update(rests_on="guess"),
        lambda c: c["table"][1].update(id=c["table"][0]["id"]),
        lambda c: c["meta"].pop("pilot"),
        lambda c: c["gates"][0].update(verdict="fine"),
    ):
        broken = json.loads(json.dumps(content))
        change(broken)
        (tmp_path / "results.json").write_text(json.dumps(broken), encoding="utf8")
        with pytest.raises(WerkzorgError):
            read_results(tmp_path)


@pytest.mark.parametrize("text", [None, "{", "[1, 2"])
def test_missing_or_broken_file(text, tmp_path):
    if text is not None:
        (tmp_path / "results.json").write_text(text, encoding="utf8")
    with pytest.raises(WerkzorgError):
        read_results(tmp_path)


def test_dutch_csv(results, results_folder):
    raw = (results_folder / "results.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    lines = list(csv.DictReader(raw.decode("utf-8-sig").splitlines(), delimiter=";"))
    assert len(lines) == len(results.table)
    value = lines[0]["value"]
    assert "." not in value
    # Written with ten significant digits.
    assert float(value.replace(",", ".")) == pytest.approx(results.table["value"][0], rel=1e-9)


def test_machine_csv(results, results_folder):
    lines = list(csv.DictReader((results_folder / "results_machine.csv").read_text(encoding="utf8").splitlines()))
    assert float(lines[0]["value"]) == pytest.approx(results.table["value"][0], rel=1e-9)


def test_workbook_has_no_formula_and_no_merged_cell(results, tmp_path):
    rows = as_json(results)
    rows["table"][0]["label_nl"] = "=1+1"
    rows["assumptions"][0]["note"] = "@SUM(A1)"
    hostile = make_results(rows["meta"], rows["table"], rows["assumptions"], rows["gates"])
    write_results(hostile, tmp_path)
    book = openpyxl.load_workbook(tmp_path / "results.xlsx")
    found = set()
    for sheet in (*book, *openpyxl.load_workbook(tmp_path / "results.en.xlsx")):
        assert not sheet.merged_cells.ranges
        assert all(cell.value for cell in sheet[1]), sheet.title
        for line in sheet.iter_rows():
            for cell in line:
                assert cell.data_type != "f"
                found.add(cell.value)
    assert "=1+1" in found and "@SUM(A1)" in found
    kinds = ("about", "net", "state_share", "assumptions", "gates", "code_book")
    assert {say(f"sheet.{name}", "nl") for name in kinds} <= set(book.sheetnames)
    first = next(csv.DictReader((tmp_path / "results.csv").read_text("utf-8-sig").splitlines(), delimiter=";"))
    assert first["label_nl"] == "'=1+1"


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_workbook_is_in_one_language_with_units_and_formats(results, results_folder, lang):
    book = openpyxl.load_workbook(results_folder / WORKBOOKS[lang])
    sheet = book[say("sheet.net", lang)]
    head = [cell.value for cell in sheet[1]]
    row = results.rows(quantity="net")[0]
    assert str(results.meta["price_year"]) in unit_in_words(row.unit, lang)
    value = say("workbook.with_unit", lang, name=say("workbook.head.value", lang), unit=unit_in_words(row.unit, lang))
    first = dict(zip(head, sheet[2], strict=True))
    assert first[value].value == pytest.approx(row.value) and first[value].number_format == "#,##0"
    assert sheet[2][0].value == getattr(row, f"label_{lang}")
    texts = {cell.value for line in sheet.iter_rows() for cell in line}
    assert say(f"party.{row.party}.name", lang) in texts and row.party not in texts
    other = {"nl": "en", "en": "nl"}[lang]
    assert head[0] == say("workbook.head.label", lang) and not {say("workbook.head.label", other), "label_nl"} & texts
    facts = dict(line[:2] for line in book[say("sheet.about", lang)].iter_rows(values_only=True))
    assert facts[say("workbook.meta.price_year", lang)] == results.meta["price_year"]
    assert facts[say("workbook.counted", lang, name=say("count.working", lang))] == results.meta["counts"]["working"]
    shares = book[say("sheet.state_share", lang)]
    found = {cell.number_format for line in shares.iter_rows() for cell in line if isinstance(cell.value, float)}
    assert found == {"0.0%"}


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_workbook_says_of_what_each_probability_is_one(results, results_folder, lang):
    book = openpyxl.load_workbook(results_folder / WORKBOOKS[lang])
    heads = {sheet.title: [cell.value for cell in sheet[1]] for sheet in book}
    above_nil, succeeds = (say(f"workbook.head.probability{of}", lang) for of in ("", ".payback_month"))
    assert above_nil in heads[say("sheet.net", lang)] and succeeds not in heads[say("sheet.net", lang)]
    assert (
        succeeds in heads[say("sheet.payback_month", lang)] and above_nil not in heads[say("sheet.payback_month", lang)]
    )
    told = {cell.value for line in book[say("sheet.code_book", lang)].iter_rows() for cell in line}
    assert {say(f"workbook.explained.{name}", lang) for name in ("value", "notes")} <= told
    # A month that holds for a part of the calculations says so in its own line.
    only = {"nl": "alleen in de doorrekeningen waarin dat lukt", "en": "only in the calculations in which that happens"}
    assert only[lang] in say("row.payback_month", lang, party="X")


def test_what_is_above_nil_in_every_calculation_has_no_column_for_it(results, tmp_path):
    content = as_json(results)
    for row in content["table"]:
        if row["quantity"] == "qaly":
            row["probability"] = 1.0
    write_workbook(content, tmp_path / "one.xlsx", "nl")
    book = openpyxl.load_workbook(tmp_path / "one.xlsx")
    above_nil = say("workbook.head.probability", "nl")
    assert above_nil not in [cell.value for cell in book[say("sheet.qaly", "nl")][1]]
    assert above_nil in [cell.value for cell in book[say("sheet.net", "nl")][1]]


def test_every_quantity_has_a_sheet_with_a_name_of_its_own():
    words = catalogue()
    for lang in ("nl", "en"):
        names = [texts[lang] for name, texts in words.items() if name.startswith("sheet.")]
        # Excel takes 31 characters and does not tell capitals apart.
        assert max(map(len, names)) <= 31 and len({name.lower() for name in names}) == len(names)
    rows = {name.removeprefix("row.") for name in words if re.fullmatch(r"row\.\w+", name)}
    assert {name for name in rows if f"sheet.{name}" not in words} == set()


@pytest.mark.parametrize(
    ("unit", "nl", "en"),
    [
        ("EUR_2018", "euro, prijspeil 2018", "euro, price level 2018"),
        ("EUR_2018/month", "euro, prijspeil 2018 per maand", "euro, price level 2018 per month"),
        ("EUR/hour", "euro per uur", "euro per hour"),
        ("log ratio", "log van een verhouding", "log ratio"),
        (None, "", ""),
    ],
)
def test_units_are_words(unit, nl, en):
    assert (unit_in_words(unit, "nl"), unit_in_words(unit, "en")) == (nl, en)


def test_no_write_access_is_one_message(results, tmp_path):
    with pytest.raises(WerkzorgError) as caught:
        write_results(results, tmp_path / "absent")
    assert "Traceback" not in caught.value.render("nl")
