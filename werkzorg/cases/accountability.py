"""`verantwoording.yml`: who answers for the use of these data, on which ground, for how long.

The check is of presence, never of validity: whether a legal basis holds is for the controllers and their data
protection officer.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.params.mistakes import build
from werkzorg.params.reader import read_yaml, where
from werkzorg.wording import language, say

FILE_NAMES = ("verantwoording.yml", "verantwoording.yaml")
PLACEHOLDERS = frozenset(("", "invullen", "fill in", "...", "…", "-", "?", "nvt", "n.v.t."))
"""Words of a template that nobody filled in."""

SMALLEST_GROUP = 10
"""Smallest number of persons behind a shown number, unless a supplier asks for more (release rule SDC-02)."""

RELEASES_PER_YEAR = 3
"""Runs about the same people that may be released in a year, unless the file says otherwise (release rule SDC-24)."""

WITH_AMOUNTS = frozenset(("months", "insurer"))
"""Tables with what care cost."""

REQUIRED = (
    "purpose", "controllers", "suppliers", "dpia.date", "dpia.outcome", "data_protection_officer", "consent",
    "key_holder", "retention_until", "views",
)  # fmt: skip
REQUIRED_PER_SUPPLIER = ("name", "tables", "legal_basis", "special_category_exception")
REQUIRED_PER_CONTROLLER = ("name", "role")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Controller(_Part):
    """An organisation that decides on purpose and means (AVG art. 4.7)."""

    name: str
    role: str


class Supplier(_Part):
    """An organisation that delivers data, with its own legal basis (AVG art. 6) and exception (AVG art. 9).

    `cost_per_client_to` names who besides the payer may see the mean cost of a client: it says what a contract pays.
    """

    name: str
    tables: tuple[str, ...]
    legal_basis: str
    special_category_exception: str
    smallest_group: int = Field(default=SMALLEST_GROUP, ge=SMALLEST_GROUP)
    cost_per_client_to: tuple[Literal["client", "municipality", "insurer", "ggz_institution"], ...] = ()


class Assessment(_Part):
    """The data protection impact assessment."""

    date: date
    outcome: str


class Consent(_Part):
    """Version of the text that people signed, or why article 24 UAVG allows to go without."""

    text_version: str | None = None
    article_24_reasoning: str | None = None


class Accountability(_Part):
    """Content of `verantwoording.yml`.

    `views` says per party or reader what it may see. `synthetic` marks made-up data. `release_ledger` is a folder
    beside this file: pilots that share people name the same one, so that their releases are held against each other.
    `releases_per_year` is how many runs about the same people may be released in a year.
    """

    purpose: str
    controllers: tuple[Controller, ...]
    suppliers: tuple[Supplier, ...]
    dpia: Assessment
    data_protection_officer: str
    consent: Consent
    key_holder: str
    retention_until: date
    views: dict[str, str]
    synthetic: bool = False
    release_ledger: str | None = Field(default=None, min_length=1)
    releases_per_year: int = Field(default=RELEASES_PER_YEAR, ge=1, le=12)

    @property
    def threshold(self) -> int:
        """Smallest group that may be shown: the largest that any supplier asks for."""
        return max(supplier.smallest_group for supplier in self.suppliers)

    @property
    def cost_readers(self) -> tuple[str, ...]:
        """Who besides the payer may see the cost per client: whom every supplier of amounts has named (SDC-16)."""
        named = [set(each.cost_per_client_to) for each in self.suppliers if WITH_AMOUNTS & set(each.tables)]
        return tuple(sorted(set.intersection(*named))) if named else ()

    def expired(self, today: date) -> bool:
        """Whether the data should have been removed before this day."""
        return today > self.retention_until


def find_accountability(*folders: Path) -> Path | None:
    """The accountability file of the first of these folders that has one, or None."""
    files = (folder / name for folder in folders for name in FILE_NAMES)
    return next((file for file in files if file.is_file()), None)


def read_accountability(path: Path | str) -> Accountability:
    """Read and check `verantwoording.yml`.

    Parameters
    ----------
    path : Path or str
        The file, or the data folder that holds it.

    Returns
    -------
    Accountability
        Everything present.

    Raises
    ------
    WerkzorgError
        Code CONFIGURATION; no file, or every field that is missing, empty or still a placeholder.
    """
    file = Path(path)
    if file.is_dir():
        file = find_accountability(file) or file / FILE_NAMES[0]
    if not file.is_file():
        raise WerkzorgError(ExitCode.CONFIGURATION, Problem("cases.accountability.absent", where=str(file)))
    data, lines = read_yaml(file)
    if not isinstance(data, dict):
        data = {}
    problems = [
        Problem(
            "cases.accountability.missing",
            where=where(file.name, lines, key),
            values={"key": key, "label": label(key, language())},
        )
        for key in sorted(missing_fields(data), key=lambda key: lines.get(key, math.inf))
    ]
    if problems:
        raise WerkzorgError(ExitCode.CONFIGURATION, *problems)
    return build(Accountability, data, file.name, lines, "")


def missing_fields(data: dict) -> Iterator[str]:
    """Dotted keys that are absent, empty or still a placeholder."""
    for key in REQUIRED:
        value = _get(data, key)
        # Of a list with entries the empty fields of each entry are named.
        if _is_empty(value) and not (isinstance(value, list) and any(isinstance(entry, dict) for entry in value)):
            yield key
    for name, fields in (("controllers", REQUIRED_PER_CONTROLLER), ("suppliers", REQUIRED_PER_SUPPLIER)):
        entries = data.get(name)
        for place, entry in enumerate(entries if isinstance(entries, list) else ()):
            for field in fields:
                if isinstance(entry, dict) and _is_empty(entry.get(field)):
                    yield f"{name}.{place}.{field}"


def _get(data: object, key: str) -> object:
    for part in key.split("."):
        data = data.get(part) if isinstance(data, dict) else None
    return data


def _is_empty(value: object) -> bool:
    if isinstance(value, dict):
        return all(_is_empty(entry) for entry in value.values())
    if isinstance(value, list | tuple):
        return all(_is_empty(entry) for entry in value)
    return value is None or (isinstance(value, str) and value.strip().lower() in PLACEHOLDERS)


def label(key: str, lang: str) -> str:
    """What a field asks for, in words."""
    name = ".".join(part for part in key.split(".") if not part.isdigit())
    return say(f"cases.accountability.field.{name}", lang)


def template(lang: str = "nl") -> str:
    """An empty `verantwoording.yml`: every field with its question and a placeholder that the check refuses."""
    blank = "INVULLEN" if lang == "nl" else "FILL IN"
    text = [f"# {say('cases.accountability.template', lang)}"]
    for name in dict.fromkeys(key.split(".")[0] for key in REQUIRED):
        text.append(f"\n# {label(name, lang)}")
        parts = {
            "controllers": [f"- {{name: {blank}, role: {blank}}}"],
            "suppliers": [
                f"- name: {blank}",
                f"  tables: [{blank}]",
                *(f"  {field}: {blank}  # {label(f'suppliers.{field}', lang)}" for field in REQUIRED_PER_SUPPLIER[2:]),
            ],
            "dpia": [f"  date: {blank}", f"  outcome: {blank}"],
            "consent": [f"  text_version: {blank}", "  article_24_reasoning:"],
            "views": [f"  {reader}: {blank}" for reader in ("municipality", "ggz_institution", "insurer")],
        }
        text += [f"{name}:", *parts[name]] if name in parts else [f"{name}: {blank}"]
    return "\n".join(text) + "\n"
