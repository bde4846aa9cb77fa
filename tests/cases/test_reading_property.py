"""One cell of a made-up pilot is changed at random: it is reported, or it is read for what it says; never repeated."""

from __future__ import annotations

import csv
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from faults import all_of
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from werkzorg.cases.declaration import Declaration
from werkzorg.cases.problems import as_error
from werkzorg.cases.reading import Reading, check_records
from werkzorg.cases.report import html_report, text_report
from werkzorg.cases.schema import Field, table
from werkzorg.cases.simulate import simulate
from werkzorg.errors import ExitCode
from werkzorg.params.pilots import load_pilot

TODAY = date(2020, 6, 1)
CANARY = "Kanarie7Q9"
NAMES = ("cases", "intake_ggz", "months", "jobs", "insurer", "support", "quality_of_life", "client_manager")
MONTHS = {"maart 2018": "2018-03", "03-2018": "2018-03", "3/2018": "2018-03", "201803": "2018-03", "2018.03": "2018-03",
          "mrt 2018": "2018-03", "2018-03-17": "2018-03", "17 maart 2018": "2018-03", "2018-03-01 00:00": "2018-03",
          "mrt-18": None, "03-04-2018": None, "43160": None, "2018-13": None, "2018-00": None, "31 februari 2018": None,
          "20180": None, "2018-3-32": None, "maart": None, "2018": None, "1850-03": None, "2031-03": None}  # fmt: skip
"""Ways to write a month, and the month, or None where it must be refused."""

TRUE, FALSE = {"ja", "waar", "j", "yes", "true", "1"}, {"nee", "onwaar", "n", "no", "false", "0"}
HOSTILE = (
    "1.234", "1,234", "1.234,56", "1234.56", "12,5", "12", "0", "00", "007", "-1", "1-", "(1)", "\u22121", "+1", "€ 1",
    "1 EUR", "1e3", "1e400", "NaN", "nan", "inf", "ca. 5", "1 000", "1'000", "\u0661", "½", "1,2,3", "1..2", "--1",
    "99999999", "111222333", "0x1F", "1_000", "12%", ",5", "5,", "#N/B", "=1+1", "@x", "TRUE", "waar", "x", "?", "-",
    "onbekend", "Unknown", "n.v.t.", "NULL", "None", "n/a", " ", "\u00a0", "\t", "", "\u200b", "\ufeff", "\u202e",
    '"', '""', "'", ";", ";;", "\n", "\r\n", "\0", "\x1b[31m", "é", "\ufffd", "😀", "a" * 300, "iemand@voorbeeld.nl",
)  # fmt: skip


@dataclass(frozen=True, repr=False)
class Pilot:
    """A made-up folder, its declaration, and every table as text and as it is read."""

    folder: Path
    declaration: Declaration
    texts: dict[str, list[list[str]]]

    def only(self, name: str) -> Declaration:
        """Declaration of one table and of the people."""
        files = tuple(entry for entry in self.declaration.files if entry.table in ("cases", name))
        return self.declaration.model_copy(update={"files": files})

    def write(self, name: str, lines: Iterable[list[str]]) -> None:
        """Put these lines in the file of a table."""
        content = "\n".join(";".join(line) for line in lines) + "\n"
        (self.folder / f"{name}.csv").write_bytes(content.encode("utf8", "surrogatepass"))

    def read(self, name: str, lines: Iterable[list[str]] | None = None) -> Reading:
        """What reading says when the table holds these lines, after which it is as it was."""
        self.write(name, lines or self.texts[name])
        try:
            return check_records(self.folder, self.only(name), today=TODAY)
        finally:
            self.write(name, self.texts[name])


@pytest.fixture(scope="module")
def pilot(tmp_path_factory) -> Pilot:
    """Twenty and twenty people, a year and a half."""
    made = simulate(tmp_path_factory.mktemp("property") / "pilot", cases=20, comparison=20, months=18, seed=3)
    declaration = Declaration.model_validate(load_pilot(made.folder / "pilot.yaml").data)
    texts = {
        name: [line.split(";") for line in (made.folder / f"{name}.csv").read_text("utf8").splitlines()]
        for name in NAMES
    }
    return Pilot(made.folder, declaration, texts)


@pytest.fixture(scope="module")
def before(pilot) -> dict[str, Reading]:
    """Each table as it was made."""
    return {name: pilot.read(name) for name in NAMES}


def said(reading: Reading) -> set[tuple]:
    """Problems without their words."""
    return {(each.identifier, each.file, each.column, each.rows, each.count) for each in reading.problems}


def meaning(field: Field, text: str) -> object:
    """What a cell says by a reading of its own; None for nothing, an error when it says nothing that can be kept."""
    # What stands between quotation marks at the start of a cell is the cell.
    plain = " ".join(next(csv.reader([f"{text.strip('\r\n')};"], delimiter=";"))[0].split())
    if plain.casefold() in {word.casefold() for word in field.missing_values}:
        return None
    if field.privacy == "key" or (field.type == "string" and not field.enum):
        return plain
    if field.enum:
        return {form.casefold(): entry.code for entry in field.enum for form in (entry.code, entry.nl, entry.en)}[
            plain.casefold()
        ]
    if field.type == "boolean":
        assert plain.casefold() in TRUE | FALSE
        return plain.casefold() in TRUE
    if field.type == "month":
        return MONTHS.get(plain) or re.fullmatch(r"\d{4}-\d{2}", plain)[0]
    figures = re.fullmatch(
        r"[^0-9a-z]*(?:eur)?[^0-9a-z]*(\d+)(?:,(\d+))?[^0-9a-z]*(?:eur)?[^0-9a-z]*", plain.casefold()
    )
    size = float(f"{figures[1]}.{figures[2] or 0}")
    return -size if set(plain) & set("-\u2212(") else size


def same_but_for(reading: Reading, old: Reading, name: str, row: int, column: str, expected: object) -> None:
    """All tables as before, and the one cell as its text says."""
    for each, frame in old.tables.items():
        now = reading.tables[each].copy()
        if each == name:
            found = now.loc[row, column]
            if expected is None:
                assert pd.isna(found)
            else:
                assert (str(found) if isinstance(found, pd.Period) else found) == expected
            now = now.drop(columns=column)
            frame = frame.drop(columns=column)
        pd.testing.assert_frame_equal(now, frame)


def cells() -> st.SearchStrategy[str]:
    """Texts that people, programs and attackers put in a cell."""
    free = st.text(max_size=12)
    planted = st.tuples(
        st.sampled_from(("", " ", "=", '"', "12", "é", "\t")), st.sampled_from(("", ";", "\n", '"', "1"))
    )
    return st.one_of(
        st.sampled_from(HOSTILE), st.sampled_from(sorted(MONTHS)), free,
        st.decimals(-1000, 4000, places=2).map(lambda value: str(value).replace(".", ",")),
        planted.map(lambda pair: pair[0] + CANARY + pair[1]),
    )  # fmt: skip


places = st.tuples(st.sampled_from(NAMES), st.integers(0, 10**6), st.integers(0, 10**6))


def everything_shown(reading: Reading) -> str:
    """All that people can see of a reading, errors included."""
    shown = [show(reading, lang) for show in (text_report, html_report) for lang in ("nl", "en")]
    shown += [repr(problem) for problem in reading.problems]
    if reading.exit_code != ExitCode.OK:
        shown += all_of(as_error(reading.problems))
    return "\n".join(shown)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=places, text=cells())
@example(place=("months", 5, 3), text="")
@example(place=("months", 5, 1), text="1.234")
@example(place=("cases", 0, 2), text="maart 2018")
@example(place=("insurer", 4, 4), text="-12,50")
def test_a_changed_cell_is_reported_or_read_for_what_it_says(pilot, before, caplog, capfd, place, text):
    caplog.set_level(logging.DEBUG)
    caplog.clear()
    name, row, column = place
    lines = [list(line) for line in pilot.texts[name]]
    row, column = row % (len(lines) - 1), column % len(lines[0])
    field = table(name).field(lines[0][column])
    lines[row + 1][column] = text
    reading = pilot.read(name, lines)
    shown = everything_shown(reading) + caplog.text + "".join(capfd.readouterr())
    assert CANARY not in shown
    if said(reading) == said(before[name]):
        same_but_for(reading, before[name], name, row, field.name, meaning(field, text))
    else:
        assert any(each.file == f"{name}.csv" for each in reading.problems)


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(NAMES), column=st.integers(0, 10**6), text=st.sampled_from(HOSTILE) | st.text(max_size=12))
def test_a_changed_name_of_a_column_is_reported_or_is_another_name_of_it(pilot, before, name, column, text):
    lines = [list(line) for line in pilot.texts[name]]
    lines[0][column % len(lines[0])] = text
    reading = pilot.read(name, lines)
    if said(reading) == said(before[name]):
        for each, frame in before[name].tables.items():
            pd.testing.assert_frame_equal(reading.tables[each], frame)
    else:
        assert reading.exit_code in (ExitCode.INPUT, ExitCode.PRIVACY)


@pytest.mark.parametrize("text", MONTHS)
def test_months_are_read_in_every_way_that_cannot_be_misread(pilot, before, text):
    lines = [list(line) for line in pilot.texts["cases"]]
    place = lines[0].index("planned_end_month")
    lines[1][place] = text
    reading = pilot.read("cases", lines)
    if MONTHS[text] is None:
        assert reading.exit_code == ExitCode.INPUT or text == "2031-03"
    else:
        assert str(reading.tables["cases"].loc[0, "planned_end_month"]) == MONTHS[text]
