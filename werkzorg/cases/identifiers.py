"""Shapes by which a person can be known: what a national number, an account, an address or a name looks like.

Every detector scans the distinct values of a column as one text, so that the cost does not grow with the
number of rows. A detector returns positions, never values.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

BSN_WEIGHTS = np.array([9, 8, 7, 6, 5, 4, 3, 2, -1])
"""Elfproef: weighted sum of the nine digits is a multiple of 11 (Logisch ontwerp BSN)."""

BSN_COLUMN_VALUES, BSN_COLUMN_SHARE = 3, 0.6
"""A column is one of national numbers from this many distinct numbers and this share that passes the elfproef."""

IBAN_LENGTHS = {"NL": 18, "BE": 16, "DE": 22, "FR": 27, "GB": 22, "PL": 28, "ES": 24, "IT": 27, "TR": 26, "LU": 20}
"""Length of an account number per country (SWIFT IBAN registry); other countries: 15 to 34 characters."""

IBAN_OTHER = frozenset((
    "AD", "AE", "AL", "AT", "AZ", "BA", "BG", "BH", "BR", "BY", "CH", "CR", "CY", "CZ", "DK", "DO", "EE", "EG",
    "FI", "FO", "GE", "GI", "GL", "GR", "GT", "HR", "HU", "IE", "IL", "IQ", "IS", "JO", "KW", "KZ", "LB", "LC",
    "LI", "LT", "LV", "MC", "MD", "ME", "MK", "MR", "MT", "MU", "NO", "PK", "PS", "PT", "QA", "RO", "RS", "SA",
    "SC", "SE", "SI", "SK", "SM", "ST", "SV", "TL", "TN", "UA", "VA", "VG", "XK",
))  # fmt: skip
BIRTH_YEARS = (1900, 1999)
"""A full date in these years cannot be a date of service of a pilot: the tables begin in 2000."""

LONG_TEXT_WORDS, LONG_TEXT_CHARACTERS = 8, 80
"""From here on a cell is a sentence and not a code."""

NAME_HEADERS = (
    "achternaam", "voornaam", "roepnaam", "meisjesnaam", "familienaam", "tussenvoegsel", "voorletter", "initialen",
    "adres", "straat", "huisnummer", "huisnr", "woonplaats", "telefoon", "mobiel", "clientnummer", "clientnr",
    "polisnummer", "polisnr", "verzekerdennummer", "verzekerdenummer", "relatienummer", "rekeningnummer",
    "patientnummer", "dossiernummer", "burgernaam", "surname", "firstname", "lastname", "fullname", "phonenumber",
    "emailadres",
)  # fmt: skip
NAME_WORDS = frozenset(("naam", "name", "email", "mail", "tel", "telnr", "gsm", "address", "phone", "iban"))
BSN_HEADERS = ("burgerservice", "sofinummer", "sofinr")
BSN_WORDS = frozenset(("bsn", "sofi", "bsnnummer", "bsnnr"))
BIRTH_HEADERS = ("geboortedatum", "gebdatum", "gebdat", "datumgeboorte", "birthdate", "dateofbirth", "birthday")
BIRTH_WORDS = frozenset(("dob",))
TEXT_HEADERS = ("opmerking", "toelichting", "notitie", "aantekening", "bijzonderheden", "omschrijving", "rapportage")
TEXT_WORDS = frozenset(("verslag", "remarks", "remark", "notes", "note", "comment", "comments", "tekst", "memo"))
DIAGNOSIS_HEADERS = ("diagnosecode", "diagnosiscode", "dsmcode", "icdcode")
DIAGNOSIS_WORDS = frozenset(("dsm", "dsm5", "icd", "icd10", "dbc"))

HEADERS: tuple[tuple[str, tuple[str, ...], frozenset[str]], ...] = (
    ("bsn", BSN_HEADERS, BSN_WORDS),
    ("birth_date", BIRTH_HEADERS, BIRTH_WORDS),
    ("name_column", NAME_HEADERS, NAME_WORDS),
    ("diagnosis", DIAGNOSIS_HEADERS, DIAGNOSIS_WORDS),
    ("free_text", TEXT_HEADERS, TEXT_WORDS),
)

_DAY_FIRST = r"(?:0?[1-9]|[12]\d|3[01])[-/.](?:0?[1-9]|1[0-2])[-/.](?P<y1>(?:19|20)\d\d)"
_YEAR_FIRST = r"(?P<y2>(?:19|20)\d\d)[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])"
DATE = re.compile(rf"(?<!\w)(?<!\d[-/.])(?:{_DAY_FIRST}|{_YEAR_FIRST})(?!\w)(?:[ T]\d\d:\d\d(?::\d\d)?)?")
WHOLE_DATE = re.compile(rf"^[ ]*(?:{_DAY_FIRST}|{_YEAR_FIRST})(?:[ T]00:00(?::00)?)?[ ]*$", re.MULTILINE)
BARE_DATE = re.compile(
    r"(?:(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:19|20)\d\d)"
)
WHOLE_NUMBER = re.compile(r"^[ '’]*\d(?:[ .\-'’]?\d){7,8}(?:\.0+)?[ '’]*$", re.MULTILINE)
NUMBER_IN_TEXT = re.compile(r"(?<!\w)(?<!\d[-. ])\d(?:[ .\-]?\d){7,8}(?![-. ]?\d|\w)")
BSN_WORD = re.compile(r"(?i)bsn|sofi|burger ?service")
BSN_GLUED = re.compile(r"(?i)(?:bsn|sofi)(?:nr|nummer)?(?P<number>\d(?:[ .\-]?\d){7,8})(?!\d)")
LETTER = re.compile(r"[^\W\d_]")
NEAR = 30
"""Characters between a number and a word that names it."""

IBAN = re.compile(r"(?i)(?<![a-z0-9])[a-z]{2}\d{2}(?:[ .\-]?[a-z0-9]{4}){2,7}(?:[ .\-]?[a-z0-9]{1,3})?(?![a-z0-9])")
EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
PHONE = re.compile(
    r"(?<!\w)(?<!\d[-. ])(?:(?:\+|00)31[ .\-]?(?:\(0\)[ ]?)?|\(?0)[1-9](?:\)?[ .\-/]{0,2}\d){8}(?![-. ]?\d|\w)"
)
POSTCODE = re.compile(r"(?<!\w)[1-9]\d{3} ?(?!SA|SD|SS)[A-Z]{2}(?!\w)")
WHOLE_POSTCODE = re.compile(r"(?i)^[ ]*[1-9]\d{3} ?(?!SA|SD|SS)[A-Z]{2}[ ]*$", re.MULTILINE)
HASH = re.compile(r"(?i)^[ ]*(?:[\w]{1,12}-)?(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})[ ]*$", re.MULTILINE)
DIAGNOSIS = re.compile(r"(?<![\w.])F\d\d(?:\.\d{1,2})?(?!\w)")
BIRTH_IN_TEXT = re.compile(r"(?i)\bgeb(?:oren|\.|oortedatum)?[ :.]*(?:op )?\d{1,2}[-/. ]")
SALUTATION = re.compile(r"(?<!\w)(?i:dhr|mevr|mw|meneer|mevrouw|de heer)\.? (?:[A-Z]\.? ?)*[A-Z][a-z]+")


@dataclass(frozen=True)
class Lines:
    """Distinct values of a column as one text, one line each."""

    values: Sequence[str]
    text: str = field(init=False)
    starts: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        text = "\n".join(self.values)
        if text.count("\n") != max(len(self.values) - 1, 0) or "\r" in text:
            text = "\n".join(value.replace("\n", " ").replace("\r", " ") for value in self.values)
        lengths = np.fromiter((len(value) + 1 for value in self.values), dtype=np.int64, count=len(self.values))
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "starts", np.concatenate(([0], np.cumsum(lengths)[:-1])))

    def find(self, pattern: re.Pattern[str], text: str | None = None) -> Iterator[tuple[int, re.Match[str]]]:
        """Matches with the position of the value they stand in."""
        for match in pattern.finditer(self.text if text is None else text):
            yield int(np.searchsorted(self.starts, match.start(), side="right")) - 1, match

    def without_dates(self) -> str:
        """The text with every date blanked out, so that its digits are taken for nothing else."""
        return DATE.sub(lambda match: "_" * len(match.group()), self.text)


def digits_of(text: str) -> str:
    """Digits of a written number, padded to nine; a trailing `.0` of a spreadsheet does not count."""
    whole = re.sub(r"^(\s*\d+)\.0+\s*$", r"\1", text)
    return re.sub(r"\D", "", whole).zfill(9)


def passes_elfproef(number: str) -> bool:
    """Whether nine digits can be a national number (BSN).

    Parameters
    ----------
    number : str
        Nine digits.

    Returns
    -------
    bool
        True when the weighted sum is a multiple of 11 and not all digits are zero.
    """
    figures = np.array([int(figure) for figure in number])
    return bool(figures.any()) and int(figures @ BSN_WEIGHTS) % 11 == 0


def passes_mod97(account: str) -> bool:
    """Whether letters and digits are an account number (IBAN, ISO 13616: remainder of 97 is 1)."""
    text = re.sub(r"[^A-Z0-9]", "", account.upper())
    country = text[:2]
    if country not in IBAN_LENGTHS and country not in IBAN_OTHER:
        return False
    low, high = (IBAN_LENGTHS[country],) * 2 if country in IBAN_LENGTHS else (15, 34)
    if not low <= len(text) <= high:
        return False
    return int("".join(str(int(character, 36)) for character in text[4:] + text[:4])) % 97 == 1


def find_bsn(lines: Lines, numeric: bool) -> tuple[set[int], set[int]]:
    """Values that hold a national number for certain, and values that need a look.

    Parameters
    ----------
    lines : Lines
        Distinct values of a column.
    numeric : bool
        Column of amounts or counts, where one number in eleven passes by chance and a single hit says little.

    Returns
    -------
    certain, doubtful : set of int
        Positions of values.
    """
    found = [
        (place, digits_of(match.group()))
        for place, match in lines.find(WHOLE_NUMBER)
        if not WHOLE_DATE.match(match.group()) and not BARE_DATE.fullmatch(match.group().strip())
    ]
    distinct = {number for _, number in found}
    passing = {number for number in distinct if passes_elfproef(number)}
    hits = {place for place, number in found if number in passing}
    if len(distinct) >= BSN_COLUMN_VALUES and len(passing) >= BSN_COLUMN_SHARE * len(distinct):
        certain, doubtful = hits, set()
    else:
        certain, doubtful = set(), set() if numeric else hits
    for place, near in _numbers_in_text(lines):
        (certain if near else doubtful).add(place)
    return certain, doubtful - certain


def _numbers_in_text(lines: Lines) -> Iterator[tuple[int, bool]]:
    """Passing numbers inside longer texts, and whether a word for a national number stands near."""
    text = lines.without_dates()
    for place, match in lines.find(NUMBER_IN_TEXT, text):
        start = int(lines.starts[place])
        stop = int(lines.starts[place + 1]) - 1 if place + 1 < len(lines.starts) else len(text)
        if LETTER.search(text, start, stop) and passes_elfproef(digits_of(match.group())):
            around = text[max(start, match.start() - NEAR) : min(stop, match.end() + NEAR)]
            yield place, BSN_WORD.search(around) is not None
    for place, match in lines.find(BSN_GLUED, text):
        if passes_elfproef(digits_of(match["number"])):
            yield place, True


def find_birth_dates(lines: Lines) -> set[int]:
    """Full birth dates: named as such in a text, or a column that is mostly dates of the last century."""
    hits = {place for place, _ in lines.find(BIRTH_IN_TEXT)}
    dates = {place: int(match["y1"] or match["y2"]) for place, match in lines.find(WHOLE_DATE)}
    early = {place for place, year in dates.items() if BIRTH_YEARS[0] <= year <= BIRTH_YEARS[1]}
    filled = sum(1 for value in lines.values if value.strip())
    if len(early) >= BSN_COLUMN_VALUES and len(early) >= BSN_COLUMN_SHARE * filled:
        hits |= early
    return hits


def find_free_text(lines: Lines) -> set[int]:
    """Cells that are sentences."""
    return {
        place
        for place, value in enumerate(lines.values)
        if len(value) > LONG_TEXT_CHARACTERS or (len(value) > LONG_TEXT_WORDS and len(value.split()) >= LONG_TEXT_WORDS)
    }


def _matches(*patterns: re.Pattern[str]) -> Callable[[Lines], set[int]]:
    return lambda lines: {place for pattern in patterns for place, _ in lines.find(pattern)}


def _find_iban(lines: Lines) -> set[int]:
    return {place for place, match in lines.find(IBAN) if passes_mod97(match.group())}


def _find_phone(lines: Lines) -> set[int]:
    return {place for place, _ in lines.find(PHONE, lines.without_dates())}


DETECTORS: dict[str, Callable[[Lines], set[int]]] = {
    "iban": _find_iban,
    "email": _matches(EMAIL),
    "phone": _find_phone,
    "postcode": _matches(POSTCODE, WHOLE_POSTCODE),
    "birth_date": find_birth_dates,
    "name": _matches(SALUTATION),
    "hash": _matches(HASH),
    "diagnosis": _matches(DIAGNOSIS),
    "free_text": find_free_text,
}
"""Kind of identifier, and who finds it."""


def kind_of_header(name: str) -> str | None:
    """Kind of identifier that a column says it holds, from a closed dictionary; None when it says nothing."""
    split = re.sub(r"([a-z])([A-Z])", r"\1 \2", name)
    plain = unicodedata.normalize("NFKD", split).encode("ascii", "ignore").decode().lower()
    words = set(re.findall(r"[a-z]+\d*", plain))
    squeezed = re.sub(r"[^a-z]", "", plain)
    for kind, parts, whole in HEADERS:
        if words & whole or any(part in squeezed for part in parts):
            return kind
    return None
