"""Every fault of identity, privacy, permission and linking is a row, with the checks of `test_faults_input.py`."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest
from accountability_example import FULL
from faults import GOOD, Fault, check_fault, column_of, linked, numbers_of, table_csv, with_column
from reading_example import Maker, cell, csv_file, together

from werkzorg.cases import one_file
from werkzorg.cases.retention import forget
from werkzorg.errors import ExitCode
from werkzorg.wording import catalogue

INPUT, PRIVACY, CONFIGURATION, OK = ExitCode.INPUT, ExitCode.PRIVACY, ExitCode.CONFIGURATION, ExitCode.OK
MONTHS = "pseudonym;month;state;benefit"


# Permission: nothing is opened before the account is in order.


def never_opened(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """No data file may be opened."""
    patch.setitem(one_file.OPENERS, "csv", lambda *_: pytest.fail("a data file was opened"))


def no_row_read(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """No row may be read."""
    patch.setattr(one_file, "_read_rows", lambda *_: pytest.fail("a row was read"))


def account(old: str, new: str):
    """Another text in verantwoording.yml."""

    def change(folder: Path, patch: pytest.MonkeyPatch) -> None:
        assert old in FULL
        (folder / "verantwoording.yml").write_text(FULL.replace(old, new), encoding="utf8")
        never_opened(folder, patch)

    return change


def no_account(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """No verantwoording.yml."""
    (folder / "verantwoording.yml").unlink()
    never_opened(folder, patch)


def open_to_all(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """A folder that others can read."""
    folder.chmod(0o755)
    never_opened(folder, patch)


def in_the_cloud(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """A folder that is copied."""
    patch.setenv("OneDrive", str(folder.parent))
    never_opened(folder, patch)


def withdrawn(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Somebody withdrew, and the supplier delivers that person again."""
    forget("P-BBBB222B", folder, now=datetime(2020, 1, 1))
    (folder / "cases.csv").write_text(GOOD, encoding="utf8")


def pseudonym(number: str, identifier: str, value: str, code: ExitCode = INPUT, **more) -> Fault:
    """A fault in a pseudonym."""
    canaries = (value,) if value.strip() else ()
    return Fault(number, cell("pseudonym", value), f"cases.privacy.{identifier}", code, column="pseudonym",
                 **({"rows": (3,), "canaries": canaries} | more))  # fmt: skip


def hashed(group: str, first: str, second: str) -> Maker:
    """One person in two files, under two digests."""
    return together(
        table_csv("cases", "pseudonym;group;enrolment_month", f"P-{first * 8};{group};2018-03"),
        table_csv("months", MONTHS, f"P-{second * 8};2018-05;searching;100"),
    )


def extra(number: str, kind: str, name: str, values: list[str], column: str, rows: tuple[int, ...] = ()) -> Fault:
    """A column that may not be there; its values are canaries."""
    return Fault(number, with_column(name, values), f"cases.privacy.{kind}", PRIVACY, column=column, rows=rows,
                 canaries=tuple(value for value in values if len(value) > 2))  # fmt: skip


BSN = ["111222333", "123456782", "100000009", ""]
PEOPLE = (
    extra("43", "bsn", "BSN", BSN, "BSN"),
    Fault("43 not read", with_column("burgerservicenr", BSN), "cases.privacy.bsn", PRIVACY, column="burgerservicenr",
          canaries=tuple(BSN[:3]), after=no_row_read),
    Fault("43 dropped", with_column("BSN", BSN, drop=["BSN"]), "cases.privacy.bsn", PRIVACY, column="BSN",
          canaries=tuple(BSN[:3])),
    extra("44", "bsn", "nummer", BSN, "nummer", (2, 3, 4)),
    extra("44 float", "bsn", "nummer", ["111222333.0", "1234.56.782", "10000000 9", ""], "nummer", (2, 3, 4)),
    Fault("44 as pseudonym", column_of("pseudonym", [*BSN[:3], "P-DDDD444D"]), "cases.privacy.bsn", PRIVACY,
          column="pseudonym", rows=(2, 3, 4), canaries=tuple(BSN[:3])),
    extra("44 eight digits", "bsn", "nummer", ["10000008", "10000033", "10000045", ""], "nummer", (2, 3, 4)),
    Fault("44 among amounts", column_of("benefit_at_start", BSN), "cases.privacy.bsn", PRIVACY,
          column="benefit_at_start", rows=(2, 3, 4), canaries=tuple(BSN[:3])),
    extra("45", "bsn", "kenmerk", ["a", "bsn 111222333", "b", "c"], "kenmerk", (3,)),
    extra("45 no word near", "bsn_doubtful", "kenmerk", ["a", "nr 111222333", "b", "c"], "kenmerk", (3,)),
    Fault("45 in a known column", cell("group", "bsn 111222333"), "cases.privacy.bsn", PRIVACY, column="group",
          rows=(3,), canaries=("111222333",)),
    pseudonym("46", "pseudonym_numeric", "123456789", PRIVACY),
    extra("47", "name_column", "achternaam", ["KANARIE", "x", "y", "z"], "achternaam"),
    extra("47 address", "name_column", "straat en huisnr", ["KANARIE", "x", "y", "z"], "straat en huisnr"),
    extra("47 name in a cell", "name", "bron", ["", "mevr. Kanarie", "", ""], "bron", (3,)),
    Fault("47 name in a known column", cell("group", "dhr. Kanarie"), "cases.privacy.name", PRIVACY, column="group",
          rows=(3,), canaries=("Kanarie",)),
    Fault("47 as a header", with_column("kanarie@voorbeeld.nl", ["a", "b", "c", "d"]), "unknown_columns",
          canaries=("kanarie",)),
    extra("47 e-mail", "email", "bron", ["", "kanarie@voorbeeld.nl", "", ""], "bron", (3,)),
    extra("47 telephone", "phone", "bron", ["", "06-12345678", "", ""], "bron", (3,)),
    extra("47 account", "iban", "bron", ["", "NL91ABNA0417164300", "", ""], "bron", (3,)),
    extra("47 postcode", "postcode", "bron", ["", "1234 AB", "", ""], "bron", (3,)),
    Fault("48", cell("birth_year", "03-02-1901"), "cases.privacy.birth_date", PRIVACY, column="birth_year", rows=(3,),
          canaries=("03-02-1901",)),
    extra("48 column", "birth_date", "geboortedatum", ["", "03-02-1901", "", ""], "geboortedatum"),
    pseudonym("49", "hash", "a1b2c3d4" * 8, PRIVACY),
    extra("50", "diagnosis", "bron", ["", "F20.0", "", ""], "bron", (3,)),
    Fault("50 in a known column", cell("group", "F20.0"), "cases.privacy.diagnosis", PRIVACY, column="group",
          rows=(3,), canaries=("F20.0",)),
    extra("50 column", "diagnosis", "DSM", ["", "KANARIE", "", ""], "DSM"),
    extra("51 cell", "free_text", "bron", ["", "KANARIE is lang en zegt meer dan mag worden gelezen", "", ""], "bron",
          (3,)),
    Fault("51 dropped", with_column("opmerkingen", ["", "KANARIE", "", ""], drop=["opmerkingen"]), "", OK),
    extra("51", "free_text", "opmerkingen", ["", "KANARIE", "", ""], "opmerkingen"),
    pseudonym("52", "pseudonym_missing", "  "),
    pseudonym("53", "pseudonym_double", "P-AAAA111A", rows=(2, 3)),
    Fault("54", together(csv_file(GOOD), csv_file(
        "pseudonym;form_month;consent_recorded;birth_year;target_group;diagnosis_group;treatment_phase;wish_for_work\n"
        "P-AAAA111A;2018-03;ja;1985;mental_health;severe;active;yes\n", table="intake_ggz")),
        "other_person", file="intake_ggz.csv", column="birth_year", rows=(2,), canaries=("P-AAAA111A", "1985")),
    pseudonym("55", "pseudonym_variants", "P-AAAA111A ", rows=(2, 3)),
    Fault("55 between files", hashed("programme", "0a1b2c3d", "0A1B2C3D"), "cases.privacy.pseudonym_variants",
          file="months.csv", column="pseudonym", rows=(2,), canaries=("0A1B2C3D", "0a1b2c3d"),
          data=(("pseudonym", {"prefix": "P-", "method": "hmac", "key_holder": "derde partij"}),)),
    pseudonym("55 case", "pseudonym_format", "p-bbbb222b"),
    pseudonym("56 leading zeros", "pseudonym_numeric", "4567", PRIVACY),
    pseudonym("56 scientific", "pseudonym_format", "P-1.23E+11"),
    pseudonym("56 too short", "pseudonym_format", "P-12KA"),
    Fault("53 month", together(csv_file(GOOD), table_csv(
        "months", MONTHS, "P-AAAA111A;2018-05;searching;100", "P-AAAA111A;2018-06;searching;100",
        "P-AAAA111A;2018-05;searching;100")), "key_double", file="months.csv", column="pseudonym, month",
        rows=(2, 4), canaries=("P-AAAA111A",)),
    Fault("foreign key", together(csv_file(GOOD), table_csv("months", MONTHS, "P-ZZZZ999Z;2018-05;searching;100")),
          "not_in_table", file="months.csv", column="pseudonym", rows=(2,), canaries=("P-ZZZZ999Z",)),
    Fault("closed list", cell("group", "KANARIE"), "not_in_list", column="group", rows=(3,), canaries=("KANARIE",)),
    Fault("required", cell("group", "onbekend"), "value_missing", column="group", rows=(3,)),
)  # fmt: skip


ACCOUNT = "verantwoording.yml"
PERMISSION = (
    Fault("58", csv_file(GOOD), "cases.accountability.absent", CONFIGURATION, file=ACCOUNT, after=no_account),
    Fault("58 legal basis", csv_file(GOOD), "cases.accountability.missing", CONFIGURATION,
          after=account("legal_basis: artikel 6 lid 1 onder e", "legal_basis: ''"), file=ACCOUNT),
    Fault("58 DPIA", csv_file(GOOD), "cases.accountability.missing", CONFIGURATION,
          after=account("dpia: {date: 2017-11-01, outcome: akkoord}", ""), file=ACCOUNT),
    Fault("made up", csv_file(GOOD), "cases.accountability.not_made_up", CONFIGURATION, file=ACCOUNT,
          after=account("retention_until: 2025-12-31", "retention_until: 2025-12-31\nsynthetic: true")),
    Fault("59", csv_file(GOOD), "cases.retention.expired", PRIVACY, after=account("2025-12-31", "2019-12-31"),
          file=ACCOUNT),
    Fault("60", csv_file(GOOD), "cases.privacy.pseudonym_withdrawn", PRIVACY, column="pseudonym", rows=(3,),
          canaries=("P-BBBB222B",), after=withdrawn),
    Fault("61", csv_file(GOOD), "cases.rights.open_folder", PRIVACY, file="data", after=open_to_all),
    Fault("61 cloud", csv_file(GOOD), "cases.rights.cloud_folder", PRIVACY, file="data", after=in_the_cloud),
)  # fmt: skip

GGZ = "pseudonym;form_month;consent_recorded;birth_year;target_group;diagnosis_group;treatment_phase;wish_for_work"
WI = "pseudonym;form_month;group;birth_year;household;benefit_kind;months_on_benefit;distance_to_work"


def forms(wi: range, ggz: range, year: str = "1985") -> Maker:
    """The two forms of some people; `year` stands in the first form of Work and Income."""
    left = [f"P-AAAA{place:02d}AA;2018-03;programme;{1985 if place > wi[0] else year};single;bijstand;12;long"
            for place in wi]  # fmt: skip
    right = [f"P-AAAA{place:02d}AA;2018-03;ja;1985;mental_health;severe;active;yes" for place in ggz]
    return together(table_csv("intake_wi", WI, *left), table_csv("intake_ggz", GGZ, *right))


LINKING = (
    Fault("57", forms(range(40), range(10, 50)), "cases.link.few_matched", file="intake_ggz", act=linked,
          canaries=("P-AAAA", "30", "0.75")),
    Fault("57 warning", forms(range(40), range(3, 40)), "cases.link.some_unmatched", OK, file="intake_wi", act=linked,
          severity="warn", canaries=("P-AAAA", "37")),
    Fault("57 all", forms(range(40), range(40)), "", OK, act=linked, canaries=("P-AAAA",)),
)  # fmt: skip

FAULTS = (*PEOPLE, *PERMISSION, *LINKING)


def test_every_fault_has_its_own_name_and_no_row_of_the_table_is_left_out():
    names = [fault.number for fault in FAULTS]
    assert len(set(names)) == len(names)
    assert set(range(43, 62)) == set(numbers_of(FAULTS))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.number)
def test_fault(fault: Fault, tmp_path: Path, monkeypatch, caplog, capfd):
    folder = tmp_path / "data"
    folder.mkdir()
    check_fault(fault, folder, monkeypatch, caplog, capfd)


MESSAGES = re.compile(r"cases\.(reading|privacy|accountability|retention|rights|link)\..*\.(what|do)")


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_messages_are_short_sentences(lang):
    """Plain language: no sentence of more than 25 words (B1 asks for 15 on average)."""
    texts = [entry[lang] for name, entry in catalogue().items() if MESSAGES.fullmatch(name)]
    lengths = [len(sentence.split()) for text in texts for sentence in re.split(r"(?<=[.?!:;])\s+", text)]
    assert len(texts) > 200
    assert max(lengths) <= 25
    assert sum(lengths) / len(lengths) < 15
