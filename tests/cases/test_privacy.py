"""What may identify a person is found, ordinary data are left alone, and no value is ever repeated."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from werkzorg.cases.identifiers import kind_of_header, passes_elfproef, passes_mod97
from werkzorg.cases.one_file import problem_of
from werkzorg.cases.privacy import (
    Finding,
    Pseudonym,
    check_pseudonyms,
    find_identifiers,
    shown_column,
)
from werkzorg.cases.schema import tables
from werkzorg.errors import ExitCode
from werkzorg.wording import catalogue

RANDOM = Pseudonym(prefix="P-")
HMAC = Pseudonym(prefix="P-", method="hmac", key_holder="ZorgTTP")
BSN = ("111222333", "123456782", "100000009")


def kinds(column, values, **options):
    return {finding.kind for finding in find_identifiers(column, values, **options)}


@pytest.mark.parametrize(
    ("column", "values", "kind"),
    [
        ("bsn", [], "bsn"),
        ("BurgerServiceNummer", [], "bsn"),
        ("sofi-nr", [], "bsn"),
        ("code", list(BSN), "bsn"),
        ("code", ["111.222.333", "1234.56.782", "100-000-009"], "bsn"),
        ("code", ["111222333.0", "123456782.0", "100000009.0"], "bsn"),
        ("code", [111222333.0, 123456782.0, 100000009.0], "bsn"),
        ("code", [111222333, 123456782, 100000009], "bsn"),
        ("code", ["10000008", "10000033", "10000045"], "bsn"),
        ("x", ["zie BSN 111222333 in het dossier"], "bsn"),
        ("x", ["bsn111222333"], "bsn"),
        ("x", ["nummer 111222333 staat erbij"], "bsn_doubtful"),
        ("x", ["111222333", "geen"], "bsn_doubtful"),
        ("x", ["NL91ABNA0417164300"], "iban"),
        ("x", ["betaald op NL91 ABNA 0417 1643 00."], "iban"),
        ("x", ["DE89370400440532013000"], "iban"),
        ("x", ["iemand@voorbeeld.nl"], "email"),
        ("x", ["06-12345678"], "phone"),
        ("x", ["+31 6 1234 5678"], "phone"),
        ("x", ["bel (010) 123 45 67"], "phone"),
        ("x", ["3311AB"], "postcode"),
        ("x", ["3311 ab"], "postcode"),
        ("x", ["1-2-1950", "1960-03-04", "05-06-1971"], "birth_date"),
        ("x", ["geboren 5 mei", "geb. 05-06-1971"], "birth_date"),
        ("Geboortedatum", [], "birth_date"),
        ("achternaam", [], "name_column"),
        ("Straat + huisnr", [], "name_column"),
        ("Cliëntnummer", [], "name_column"),
        ("verzekerdennummer", [], "name_column"),
        ("x", ["mevr. A. Voorbeeld"], "name"),
        ("x", ["d" * 64], "hash"),
        ("x", ["P-" + "0a" * 16], "hash"),
        ("x", ["F20.0"], "diagnosis"),
        ("dsm", [], "diagnosis"),
        ("opmerkingen", [], "free_text"),
        ("x", ["dit is een zin die iemand zelf heeft opgeschreven"], "free_text"),
    ],
)
def test_identifier_is_found(column, values, kind):
    assert kind in kinds(column, values)


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("ggz_amount", ["123456,78", "1.234,50", "98,00", "-12,00", "1.234.567,89"]),
        ("month", ["2018-01", "2018-02", "2018-03"]),
        ("start", ["01-02-2018", "03-04-2018", "13-11-2019"]),
        ("start", ["2018-02-01 00:00:00", "2018-03-01 00:00:00", "2019-11-13 00:00:00"]),
        ("start", ["01-02-2018 10:00"]),
        ("day", ["20180101", "20180201", "20180301", "20180401"]),
        ("birth_year", ["1950", "1961", "1999"]),
        ("municipality", ["Dordrecht", "Hendrik-Ido-Ambacht"]),
        ("state", ["searching", "work_supplement"]),
        ("text", ["in 2017 is hij begonnen"]),
        ("eq5d_profile", ["11213", "55555", "21111"]),
        ("hours", ["20", "32,5", "36"]),
        ("empty", [None, "", float("nan")]),
        ("geboortejaar", ["1970"]),
    ],
)
def test_ordinary_column_is_left_alone(column, values):
    assert find_identifiers(column, values, known_column=column not in {"text", "geboortejaar"}) == []


def test_random_numbers_are_rarely_taken_for_national_numbers():
    """Reference: 9% of random numbers pass; at five numbers 0.7% of the columns look like one of national numbers."""
    random = np.random.default_rng(5)
    numbers = [f"{number:09d}" for number in random.integers(1, 10**9, 20_000)]
    share = np.mean([passes_elfproef(number) for number in numbers])
    # 1/11 with a standard error of 0.2 points.
    assert abs(share - 1 / 11) < 0.008

    def alarms(size, columns):
        drawn = random.integers(10**8, 10**9, (columns, size))
        return np.mean([
            "bsn" in kinds("nr", [str(number) for number in row], known_column=True) for row in drawn
        ])  # fmt: skip

    # Binomial(5, 1/11) >= 3: 0.66%; standard error with 2,000 columns 0.18 points.
    assert 0.001 < alarms(5, 2000) < 0.013
    # Binomial(20, 1/11) >= 12: below one in ten million.
    assert alarms(20, 200) == 0


def test_one_hit_among_amounts_says_little_and_among_codes_asks_for_a_look():
    amounts = ["111222333", "250000001", "9999999"]
    assert kinds("amount", amounts, known_column=True) == set()
    assert kinds("code", amounts) == {"bsn_doubtful"}


@given(st.integers(1, 10**8 - 1))
def test_elfproef_agrees_with_its_definition_and_sees_one_wrong_digit(stem):
    digits = f"{stem:08d}"
    check = sum(int(digit) * weight for digit, weight in zip(digits, range(9, 1, -1), strict=True)) % 11
    if check == 10:
        assert not any(passes_elfproef(digits + str(last)) for last in range(10))
    else:
        assert [last for last in range(10) if passes_elfproef(digits + str(last))] == [check]


@given(st.from_regex(r"NL[0-9]{2}[A-Z]{4}[0-9]{10}", fullmatch=True))
def test_mod97_has_one_good_check_pair(account):
    good = [pair for pair in range(2, 99) if passes_mod97(f"NL{pair:02d}{account[4:]}")]
    assert len(good) == 1


ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


@given(st.lists(st.text(ALPHABET, min_size=8, max_size=12).filter(lambda body: not body.isdigit()), max_size=8))
def test_declared_pseudonyms_raise_no_alarm(bodies):
    values = ["P-" + body for body in bodies if not body.replace("E", "").isdigit()]
    assert find_identifiers("pseudonym", values, pseudonym=RANDOM, known_column=True) == []
    assert check_pseudonyms(values, RANDOM) == []


@pytest.mark.parametrize(
    ("values", "kind", "rows"),
    [
        (["P-7K4M9QZX", None, "P-7K4M9QZY", "  "], "pseudonym_missing", (1, 3)),
        (["P-7K4M9QZX", "P-7K4M9QZX"], "pseudonym_double", (0, 1)),
        (["P-7K4M9QZX", "p-7k4m9qzx"], "pseudonym_variants", (0, 1)),
        (["P-7K4M9QZX", "P-7K4M9QZX "], "pseudonym_variants", (0, 1)),
        (["123456789"], "pseudonym_numeric", (0,)),
        (["P-123456789"], "pseudonym_numeric", (0,)),
        (["123456789.0"], "pseudonym_numeric", (0,)),
        (["P-1E500000"], "pseudonym_format", (0,)),
        (["Q-7K4M9QZX"], "pseudonym_format", (0,)),
        (["P-7K4M"], "pseudonym_format", (0,)),
        (["1E+05"], "pseudonym_format", (0,)),
        (["ab" * 32], "hash", (0,)),
        (["P-" + "AB" * 16], "hash", (0,)),
    ],
)
def test_wrong_pseudonym(values, kind, rows):
    found = {finding.kind: finding for finding in check_pseudonyms(values, RANDOM, unique=True)}
    assert found[kind].rows == rows
    expected = ExitCode.PRIVACY if kind in {"hash", "pseudonym_numeric"} else ExitCode.INPUT
    assert found[kind].exit_code == expected


def test_keyed_digest_needs_a_declaration_with_a_key_holder():
    digest = "P-" + "0AF3" * 16
    assert check_pseudonyms([digest], HMAC) == []
    assert find_identifiers("pseudonym", [digest], pseudonym=HMAC, known_column=True) == []
    assert [finding.kind for finding in check_pseudonyms([digest], RANDOM)] == ["hash"]
    with pytest.raises(ValueError, match="key_holder"):
        Pseudonym(prefix="P-", method="hmac")


def test_withdrawn_person_is_refused():
    findings = check_pseudonyms(
        ["P-7K4M9QZX", "P-AAAABBBB", "P-7K4M9QZX"],
        RANDOM,
        denied=lambda names: [name == "P-7K4M9QZX" for name in names],
    )
    assert findings == [Finding("pseudonym_withdrawn", (0, 2), 2)]
    assert findings[0].exit_code == ExitCode.PRIVACY


SECRETS = ["111222333", "NL91ABNA0417164300", "iemand@voorbeeld.nl", "06-12345678", "3311AB", "05-06-1971", "F20.0"]


def as_told(findings, file, column, people):
    """Findings as the user reads them, from a file whose first person stands in row 2."""
    rows = np.arange(people) + 2
    return [problem_of(SimpleNamespace(name=file), "", column, finding, rows) for finding in findings]


# No deadline: the first example reads the catalogue of words.
@settings(deadline=None)
@given(st.lists(st.sampled_from([*SECRETS, "ab" * 16, "mevr. Voorbeeld"]), min_size=1, max_size=6), st.booleans())
def test_no_value_is_repeated(values, in_header):
    column = values[0] if in_header else "kolom_a"
    findings = find_identifiers(column, values) + check_pseudonyms(values, RANDOM, unique=True)
    problems = as_told(findings, "bestand.csv", shown_column(column, 7), len(values))
    texts = [problem.render(lang) for problem in problems for lang in ("nl", "en")]
    texts.append(repr(findings))
    assert findings
    assert not [secret for secret in values for text in texts if secret in text]


def test_place_counts_rows_of_the_file_and_names_at_most_ten():
    findings = find_identifiers("code", ["iemand@voorbeeld.nl"] * 50)
    (problem,) = as_told(findings, "a.csv", "code", 50)
    assert problem.where.startswith("a.csv, kolom code, rijen 2, 3, 4,")
    assert problem.where.endswith("11 en nog 40")


def test_name_of_a_column_that_identifies_is_not_shown():
    assert shown_column("iemand@voorbeeld.nl", 3) == "kolom 3 (naam niet getoond)"
    assert shown_column("ggz_amount", 3) == "ggz_amount"


def test_every_kind_has_words():
    kinds_in_words = {
        name.split(".")[2] for name in catalogue() if name.startswith("cases.privacy.") and ".what" in name
    }
    expected = {
        "bsn", "bsn_doubtful", "iban", "email", "phone", "postcode", "birth_date", "name", "name_column", "hash",
        "diagnosis", "free_text", "pseudonym_missing", "pseudonym_double", "pseudonym_variants", "pseudonym_format",
        "pseudonym_numeric", "pseudonym_withdrawn",
    }  # fmt: skip
    assert kinds_in_words == expected


def test_no_column_of_the_tables_is_taken_for_an_identifier():
    names = [
        text
        for schema in tables().values()
        for field in schema.fields
        for text in (field.name, field.title.nl, field.title.en)
    ]
    assert [name for name in names if kind_of_header(name)] == []
