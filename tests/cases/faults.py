"""One fault of a delivery: how to make it, what must be said of it in Dutch, and what nobody may see."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from reading_example import HEADER, ROWS, TODAY, Entry, Maker, assert_right, csv_file, text_of, write_folder

from werkzorg.cases.link import link
from werkzorg.cases.problems import CaseProblem, from_error, verdict
from werkzorg.cases.reading import check_records, read_tables
from werkzorg.cases.report import html_report, text_report
from werkzorg.errors import ExitCode, WerkzorgError

GOOD = text_of(HEADER, ROWS)
REPORTS = (text_report, html_report)

Found = tuple[list[CaseProblem], ExitCode, list[str]]
"""Problems, exit code and everything else that people see."""


def checked(folder: Path) -> Found:
    """What `check_records` and `read_tables` say; where nothing stops, the four people must have come in right."""
    reading = check_records(folder, today=TODAY)
    shown = [report(reading, lang) for report in REPORTS for lang in ("nl", "en")]
    if reading.exit_code == ExitCode.OK:
        if not reading.problems:
            assert_right(reading.tables["cases"])
    else:
        with pytest.raises(WerkzorgError) as raised:
            read_tables(folder, today=TODAY)
        assert raised.value.exit_code == reading.exit_code
        shown += all_of(raised.value)
    return list(reading.problems), reading.exit_code, shown


def linked(folder: Path) -> Found:
    """What linking the forms of a folder says."""
    tables = read_tables(folder, today=TODAY)
    try:
        report = link(tables).report
    except WerkzorgError as error:
        problems = from_error(error)
        return problems, verdict(problems), all_of(error)
    problems = [CaseProblem(each.identifier, each.where, each.values, severity="warn") for each in report.warnings]
    return problems, ExitCode.OK, [report.render("nl"), report.render("en")]


def all_of(error: BaseException) -> list[str]:
    """An error with its traceback and with every error behind it, also those that are not shown."""
    texts = ["".join(traceback.format_exception(error))]
    while error is not None:
        texts += [str(error), repr(error.args)]
        error = error.__cause__ or error.__context__
    return texts


@dataclass(frozen=True)
class Fault:
    """One row of the fault table.

    Parameters
    ----------
    number : str
        Number in the table, and which kind.
    make : Maker
        Writes the files.
    identifier : str
        Message; without `cases.` it is one of reading; empty: nothing is wrong with these files.
    code : ExitCode
        How the command ends.
    file, sheet, column, rows
        Place that must be named.
    canaries : tuple of str
        Cells that may stand in no text.
    severity : {"stop", "warn"}
        Whether the pilot can go on.
    data : tuple of pairs
        More of the pilot file.
    after : callable
        Changes the folder, or the machine, after the files were written.
    act : callable
        What is done with the folder.
    """

    number: str
    make: Maker
    identifier: str
    code: ExitCode = ExitCode.INPUT
    file: str = "cases.csv"
    sheet: str = ""
    column: str = ""
    rows: tuple[int, ...] = ()
    canaries: tuple[str, ...] = ()
    severity: str = "stop"
    data: tuple[tuple[str, object], ...] = ()
    after: Callable[[Path, pytest.MonkeyPatch], object] = lambda folder, patch: None
    act: Callable[[Path], Found] = checked

    @property
    def message(self) -> str:
        """Whole identifier of the message."""
        return self.identifier if self.identifier.startswith("cases.") else f"cases.reading.{self.identifier}"


def check_fault(fault: Fault, folder: Path, patch: pytest.MonkeyPatch, caplog, capfd) -> None:
    """Make the fault, and look at all that is said, shown, logged and left behind."""
    caplog.set_level(logging.DEBUG)
    write_folder(folder, fault.make, **dict(fault.data))
    fault.after(folder, patch)
    before = sorted(path.name for path in folder.iterdir())

    problems, code, shown = fault.act(folder)

    assert code == fault.code
    assert sorted(path.name for path in folder.iterdir()) == before
    if fault.identifier:
        assert_said(fault, problems)
    else:
        assert problems == []
    shown += [text for each in problems for text in (each.render("nl"), each.render("en"), repr(each))]
    captured = capfd.readouterr()
    whole = "\n".join([*shown, caplog.text, captured.out, captured.err])
    for canary in fault.canaries:
        assert canary not in whole


def assert_said(fault: Fault, problems: list[CaseProblem]) -> None:
    """The message with its place, in plain Dutch and with a remedy."""
    place = (fault.sheet, fault.column, fault.rows)
    same = [each for each in problems if each.identifier == fault.message and fault.file in names_of(each)]
    found = [each for each in same if (each.sheet, each.column, each.rows) == place]
    assert found, [(each.identifier, each.where) for each in problems]
    assert {each.severity for each in found} == {fault.severity}
    text = found[0].render("nl")
    first, _, remedy = text.partition("\n  -> ")
    assert PHRASES[fault.message] in first
    assert fault.file in first.partition(": ")[0]
    for part in (fault.sheet and f"blad {fault.sheet}", fault.column and f"kolom {fault.column}"):
        assert part in first
    if fault.rows:
        assert f"rij{'en' if len(fault.rows) > 1 else ''} {', '.join(map(str, fault.rows))}" in first
    assert remedy.endswith((".", "?")) and "{" not in text
    assert found[0].render("en").partition("\n")[0] != first


def names_of(problem: CaseProblem) -> tuple[str, str]:
    """How the file or folder of a problem may be named: as declared, or without what stands before and behind."""
    return problem.file, Path(problem.where.partition(":")[0]).name


# Makers that more than one test needs.


def nothing(folder: Path) -> list[Entry]:
    """A declared file that is not there."""
    return [{"table": "cases", "path": "cases.csv", "format": "csv", "delimiter": ";"}]


def table_csv(table: str, header: str, *rows: str, **entry: object) -> Maker:
    """A csv file of any table, written out."""
    return csv_file("\n".join((header, *rows)) + "\n", table=table, **entry)


def column_of(column: str, values: list[str], **entry: object) -> Maker:
    """A whole column of `cases`."""
    place = HEADER.index(column)
    rows = [(*row[:place], value, *row[place + 1 :]) for row, value in zip(ROWS, values, strict=True)]
    return csv_file(text_of(HEADER, rows), **entry)


def with_column(name: str, values: list[str], **entry: object) -> Maker:
    """A column more than the schema has."""
    rows = [(*row, value) for row, value in zip(ROWS, values, strict=True)]
    return csv_file(text_of((*HEADER, name), rows), **entry)


def numbers_of(faults: tuple[Fault, ...]) -> Iterator[int]:
    """Numbers in the fault table."""
    return (int(fault.number.split()[0]) for fault in faults if fault.number[0].isdigit())


PHRASES = {
    "cases.reading.above_maximum": "Deze waarde is groter dan",
    "cases.reading.age": "De leeftijd bij de start ligt niet tussen 16 en 70 jaar",
    "cases.reading.below_minimum": "Deze waarde is kleiner dan",
    "cases.reading.benefit_limit": "hoger dan de hoogste netto bijstandsnorm van die maand",
    "cases.reading.changed": "veranderde terwijl het werd gelezen",
    "cases.reading.columns_not_found": "geen daarvan is een kolom van cases",
    "cases.reading.control_characters": "onzichtbare tekens die niet in een tabel horen",
    "cases.reading.date_before": "Deze datum ligt voor 2000-01",
    "cases.reading.date_future": "Deze datum ligt na 2020-06",
    "cases.reading.date_impossible": "Deze maand of dag bestaat niet",
    "cases.reading.date_order": "De datumvolgorde is anders dan het pilotbestand zegt",
    "cases.reading.date_serial": "een dagnummer van Excel en geen datum",
    "cases.reading.date_text": "Dit is geen maand of datum",
    "cases.reading.date_two_digit_year": "Het jaartal heeft twee cijfers",
    "cases.reading.delimiter_missing": "zegt niet hoe de kolommen van dit csv-bestand zijn gescheiden",
    "cases.reading.double_columns": "Deze kolommen staan er twee keer: group",
    "cases.reading.empty": "Dit bestand is leeg: er zijn geen deelnemers",
    "cases.reading.encoding_mixed": "tekst in twee verschillende coderingen",
    "cases.reading.encoding_other": "niet in de codering",
    "cases.reading.encoding_unknown": "niet UTF-8 en niet Windows-1252",
    "cases.reading.end_before_start": "end_month ligt voor",
    "cases.reading.error_cells": "foutwaarden zoals #N/B: G3",
    "cases.reading.external_links": "koppelingen naar andere bestanden",
    "cases.reading.filtered": "staat een filter aan",
    "cases.reading.formula_unstored": "formules zonder uitkomst: G3",
    "cases.reading.hidden_columns": "kolommen verborgen: E",
    "cases.reading.hidden_rows": "zijn rijen verborgen",
    "cases.reading.hidden_sheets": "verborgen bladen: namen",
    "cases.reading.is_folder": "een map en geen bestand",
    "cases.reading.key_double": "samen dezelfde pseudonym, month",
    "cases.reading.line_ends": "Regels eindigen op een oude of gemengde manier",
    "cases.reading.macros": "bevat macro's",
    "cases.reading.merged_cells": "cellen samengevoegd: B2:B3",
    "cases.reading.missing_columns": "Verplichte kolommen van cases ontbreken: group, enrolment_month",
    "cases.reading.money_unit_missing": "zegt niet of het euro's of centen zijn",
    "cases.reading.nameless_columns": "De kolommen op plaats 8 hebben geen naam",
    "cases.reading.negative": "een negatieve waarde",
    "cases.reading.nested_columns": "geen gewone waarden maar lijsten",
    "cases.reading.no_file": "Dit bestand is er niet",
    "cases.reading.no_files": "noemt geen gegevensbestanden",
    "cases.reading.no_follow_up": "na de maand van de start niet gevolgd",
    "cases.reading.no_header": "De eerste rij is leeg",
    "cases.reading.no_rows": "er zijn geen deelnemers",
    "cases.reading.no_sheet": "geen blad maanden. Wel: cases",
    "cases.reading.not_fraction": "een aandeel van 0,5 tot 0,99",
    "cases.reading.not_in_list": "staat niet in de lijst. Toegestaan: programme, comparison",
    "cases.reading.not_in_order": "low is groter dan mean",
    "cases.reading.not_in_table": "niet in de tabel cases",
    "cases.reading.not_readable": "beschadigd of niet te lezen",
    "cases.reading.not_whole": "een heel getal",
    "cases.reading.number_ambiguous": "duizendtallen of decimalen",
    "cases.reading.number_mixed": "op twee manieren geschreven: zoals in rij",
    "cases.reading.number_not_finite": "geen eindig getal",
    "cases.reading.number_text": "Dit is geen getal",
    "cases.reading.number_three_decimals": "precies drie cijfers na het scheidingsteken",
    "cases.reading.number_undeclared": "een punt of komma, en het pilotbestand zegt niet wat die betekent",
    "cases.reading.open_quote": "een aanhalingsteken",
    "cases.reading.other_kind": "Dit is geen",
    "cases.reading.other_person": "iets anders dan in cases",
    "cases.reading.after_follow_up": "Van deelnemers tellen de maanden tot en met maand 3 na de start",
    "cases.reading.outside_window": "maanden buiten de periode van de pilot (2017-01 tot en met 2019-12)",
    "cases.reading.path_outside": "wijst buiten de datamap",
    "cases.reading.placed_before_start": "begon voor de start van de deelnemer",
    "cases.reading.ragged_rows": "hebben niet 7 velden, zoals de eerste rij",
    "cases.reading.same_care_twice": "Dan telt zij dubbel",
    "cases.reading.separators_same": "Hetzelfde teken kan niet twee dingen scheiden",
    "cases.reading.sheet_not_named": "verschillende bladen (cases, months)",
    "cases.reading.soft_maximum": "ongewoon groot (meer dan",
    "cases.reading.too_many_columns": "voorbij kolom 200",
    "cases.reading.too_many_rows": "meer dan 5000 rijen",
    "cases.reading.totals_differ": "minder mensen geteld dan er in cases staan",
    "cases.reading.unknown_columns": "staan niet in het codeboek van cases: ",
    "cases.reading.unknown_table": "De tabel case bestaat niet. Bedoelt u cases?",
    "cases.reading.value_missing": "Hier staat niets, terwijl dit verplicht is",
    "cases.reading.window_order": "De laatste maand van de periode ligt voor de eerste",
    "cases.reading.wrong_delimiter": "staan er wel: pseudonym, group",
    "cases.reading.xlsx_too_large": "veel groter dan een tabel van een pilot",
    "cases.reading.xml_trap": "die Excel niet zelf maakt en die gevaarlijk kunnen zijn",
    "cases.privacy.birth_date": "een volledige geboortedatum",
    "cases.privacy.bsn": "burgerservicenummers. Het bestand is niet verder gelezen",
    "cases.privacy.bsn_doubtful": "een getal dat een burgerservicenummer kan zijn",
    "cases.privacy.diagnosis": "een diagnose in detail",
    "cases.privacy.email": "een e-mailadres",
    "cases.privacy.free_text": "vrije tekst",
    "cases.privacy.hash": "versleutelde nummers (hash) zonder verklaring",
    "cases.privacy.iban": "een rekeningnummer (IBAN)",
    "cases.privacy.name": "een naam van een persoon",
    "cases.privacy.name_column": "hoort volgens haar naam bij een persoon",
    "cases.privacy.phone": "een telefoonnummer",
    "cases.privacy.postcode": "een postcode van zes posities",
    "cases.privacy.pseudonym_double": "Hetzelfde pseudoniem staat op meer dan een rij",
    "cases.privacy.pseudonym_format": "niet de vorm die het pilotbestand noemt",
    "cases.privacy.pseudonym_missing": "Het pseudoniem ontbreekt",
    "cases.privacy.pseudonym_numeric": "bestaat alleen uit cijfers. Dat lijkt op een burgerservicenummer",
    "cases.privacy.pseudonym_variants": "verschillen alleen in hoofdletters of spaties",
    "cases.privacy.pseudonym_withdrawn": "iemand die zich heeft teruggetrokken",
    "cases.accountability.absent": "geen verantwoording.yml bij de gegevens",
    "cases.accountability.not_made_up": "de pseudoniemen beginnen niet met VERZONNEN-",
    "cases.accountability.missing": "niet ingevuld: ",
    "cases.retention.expired": "De bewaartermijn liep tot 2019-12-31 en is 153 dagen voorbij",
    "cases.rights.cloud_folder": "gekopieerd naar een clouddienst",
    "cases.rights.open_folder": "Anderen op deze computer kunnen in deze map",
    "cases.link.few_matched": "Minder dan 80% van deze kant is te koppelen; ongeveer",
    "cases.link.some_unmatched": "Minder dan 95% van deze kant is gekoppeld; minder dan 10 personen",
}
"""What a reader must at least see of each message; whole sentences stand in the catalogue."""
