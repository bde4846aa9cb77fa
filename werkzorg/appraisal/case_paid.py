"""What was paid for each participant, by item and payer, month by month, in euros of the price year.

Nothing is filled in: a month whose amount is not known stays unknown, and is counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from werkzorg.cases.checks import SAME_CARE
from werkzorg.cases.summary import KEY, month_number
from werkzorg.constants import MONTHS_PER_YEAR
from werkzorg.inference.care_periods import OUTPATIENT
from werkzorg.inference.person_months import Tables, numbers
from werkzorg.params.catalogue import Catalogue
from werkzorg.pilot import Pilot

ITEMS = ("benefit", "wage_subsidy", "ggz_outpatient", "ggz_admission", "ggz_other", "wmo", "support")
"""What is paid for, in the order in which it is shown. `ggz_other`: medication and the family doctor's GGZ."""

COLUMNS = {
    "benefit": ("benefit",),
    "wage_subsidy": ("wage_subsidy",),
    "ggz_outpatient": tuple(f"{name}_amount" for name in OUTPATIENT),
    "ggz_admission": ("admission_amount", "crisis_amount"),
    "ggz_other": ("medication_amount",),
    "wmo": ("wmo_amount",),
}
"""Columns of `months` that make up an item."""

CLAIMS = {
    kind: next((item for item, columns in COLUMNS.items() if SAME_CARE.get(kind) in columns), "ggz_other")
    for kind in (*SAME_CARE, "gp_ggz")
}
"""Item of each kind of claim of the insurer."""

INDEXED_AS = {
    "benefit": "bijstand.net.single",
    "wage_subsidy": "wml.month",
    "ggz_outpatient": "ggz.fact_year",
    "ggz_admission": "ggz.crisis_admission",
    "ggz_other": "ggz.cost_per_client",
    "wmo": "wmo.guidance.series",
    "support": "staff.hour",
}
"""Price whose index brings the amounts of an item to the price year."""

BENEFIT_PAYER = {"uwv": "uwv"}
"""Who pays a kind of benefit; the municipality pays the others."""

WITHDRAWN = "consent_withdrawn"
"""Reason for the end of somebody's data that takes the person out of everything per case."""


@dataclass(frozen=True)
class PaidLine:
    """One item paid by one party.

    Attributes
    ----------
    item, payer : str
        What and by whom.
    has : ndarray (person,) of bool
        Whom the line is about.
    amount : ndarray (person, month)
        EUR of the price year; zero where nothing is known.
    known : ndarray (person, month) of bool
        Whether the whole amount of the month is known.
    """

    item: str
    payer: str
    has: np.ndarray
    amount: np.ndarray
    known: np.ndarray


@dataclass(frozen=True)
class Paid:
    """Everything that was paid for the participants.

    Attributes
    ----------
    pseudonyms : ndarray (person,) of str
        Participants, sorted; without the comparison group and those who withdrew.
    since : ndarray (month,) of int
        Month since enrolment of each column; 0 is the month of enrolment.
    seen : ndarray (person, month) of bool
        Whether there is a row of monthly data.
    last : ndarray (person,) of int
        Month since enrolment up to which there should be data; 0 when nobody is followed after enrolment.
    lines : tuple of PaidLine
        In the order of `ITEMS`.
    """

    pseudonyms: np.ndarray
    since: np.ndarray
    seen: np.ndarray
    last: np.ndarray
    lines: tuple[PaidLine, ...]


def case_people(tables: Tables) -> pd.DataFrame:
    """Participants of the programme who did not withdraw, sorted by pseudonym."""
    people = tables["cases"]
    helped = (people["group"] == "programme").to_numpy(dtype=bool, na_value=False)
    withdrawn = (people["end_reason"] == WITHDRAWN).to_numpy(dtype=bool, na_value=False)
    return people[helped & ~withdrawn].sort_values(KEY, kind="stable").reset_index(drop=True)


class _Rectangle:
    """Rows of any table as a rectangle of participants and months since enrolment."""

    def __init__(self, people: pd.DataFrame, months: list[pd.DataFrame]) -> None:
        self.index = pd.Index(people[KEY])
        self.enrolment = month_number(people["enrolment_month"]).to_numpy(dtype=np.int64)
        placed = [since[who >= 0] for who, since in map(self.find, months)]
        reach = np.concatenate([np.array([0, 1]), *placed])
        self.first, self.last = int(reach.min()), int(reach.max())
        self.shape = (len(people), self.last - self.first + 1)

    def find(self, table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        """Participant of each row (-1: nobody here) and its month since enrolment."""
        who = self.index.get_indexer(table[KEY])
        calendar = month_number(table["month"]).to_numpy(dtype=np.int64)
        return who, calendar - (self.enrolment[who] if len(self.enrolment) else 0)

    def add(self, table: pd.DataFrame, values: np.ndarray) -> np.ndarray:
        """Sum of values per participant and month, (person, month)."""
        who, since = self.find(table)
        kept = (who >= 0) & (values != 0)
        place = who[kept] * self.shape[1] + since[kept] - self.first
        total = np.bincount(place, weights=values[kept], minlength=self.shape[0] * self.shape[1])
        return total.reshape(self.shape)

    def years(self) -> np.ndarray:
        """Calendar year, (person, month)."""
        return (self.enrolment[:, None] + np.arange(self.first, self.last + 1)[None, :]) // MONTHS_PER_YEAR


def paid(pilot: Pilot, tables: Tables, parameters: Catalogue) -> Paid:
    """Lay out what was paid.

    Parameters
    ----------
    pilot : Pilot
        Price year.
    tables : mapping of DataFrame
        Typed tables of :func:`werkzorg.cases.reading.read_tables`.
    parameters : Catalogue
        Indices.

    Returns
    -------
    Paid
        The sums over people and months are those of the files (`tests/appraisal/test_case_sums.py`).
    """
    people = case_people(tables)
    found = {name: tables[name] for name in ("months", "support", "insurer") if name in tables}
    place = _Rectangle(people, list(found.values()))
    years = place.years()
    months = found["months"]
    seen = place.add(months, np.ones(len(months))) > 0
    reached = np.where(seen, np.arange(place.first, place.last + 1), 0).max(axis=1, initial=0)
    end = month_number(people["end_month"]).to_numpy(dtype=float, na_value=np.nan)
    latest = int(month_number(months["month"]).max()) if len(months) else 0
    stated = np.minimum(end, latest) - place.enrolment
    lines = [
        PaidLine(item, payer, has, _in_price_year(amount, years, item, pilot, parameters), known)
        for item, payer, has, amount, known in _lines(people, found, place, seen)
    ]
    return Paid(
        pseudonyms=people[KEY].to_numpy(dtype=str),
        since=np.arange(place.first, place.last + 1),
        seen=seen,
        last=np.maximum(np.fmax(reached, stated), 0).astype(int),
        lines=tuple(sorted(lines, key=lambda line: ITEMS.index(line.item))),
    )


def _in_price_year(amount: np.ndarray, years: np.ndarray, item: str, pilot: Pilot, parameters: Catalogue) -> np.ndarray:
    index, moved = parameters.get(INDEXED_AS[item]).index, amount.copy()
    for year in np.unique(years[amount != 0]):
        moved[years == year] *= parameters.index_factor(index, int(year), pilot.price_year)
    return moved


def _lines(people: pd.DataFrame, found: Tables, place: _Rectangle, seen: np.ndarray) -> Iterator[tuple]:
    """Item, payer, whom it is about, nominal amounts and whether they are known."""
    months = found["months"]
    everybody = np.ones(place.shape[0], dtype=bool)
    claimed = _claims(found.get("insurer"), place)
    for item, columns in COLUMNS.items():
        values = [numbers(months[column]) for column in columns]
        delivered = [value for value in values if not np.isnan(value).all()]
        amount = sum((place.add(months, np.nan_to_num(value)) for value in delivered), np.zeros(place.shape))
        known = seen.copy()
        for value in delivered:
            known &= place.add(months, np.isnan(value).astype(float)) == 0
        if item in claimed:
            amount, known = amount + claimed[item][0], known & claimed[item][1]
        elif not delivered:
            known = np.zeros(place.shape, dtype=bool)
        if item != "benefit":
            yield item, "insurer" if item.startswith("ggz") else "municipality", everybody, amount, known
            continue
        payers = np.array([BENEFIT_PAYER.get(kind, "municipality") for kind in people["benefit_kind"].fillna("")])
        for payer in dict.fromkeys(payers):
            yield item, payer, payers == payer, np.where((payers == payer)[:, None], amount, 0.0), known
    yield from _support(found.get("support"), place, seen)


def _claims(claims: pd.DataFrame | None, place: _Rectangle) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Amounts of the insurer per item, and whether all claims of a month are in, each (person, month)."""
    if claims is None or claims.empty:
        return {}
    values, items = numbers(claims["amount"]), claims["component"].map(CLAIMS).to_numpy(dtype=object)
    to_come = np.isnan(values) | (claims["complete"] == False).to_numpy(dtype=bool, na_value=False)  # noqa: E712
    return {
        item: (
            place.add(claims, np.where(items == item, np.nan_to_num(values), 0.0)),
            place.add(claims, np.where(items == item, to_come, 0.0)) == 0,
        )
        for item in ITEMS
        if (items == item).any()
    }


def _support(support: pd.DataFrame | None, place: _Rectangle, seen: np.ndarray) -> Iterator[tuple]:
    """Support per payer; a month with monthly data and no row of support is one without support."""
    if support is None or support.empty:
        return
    values = numbers(support["amount"])
    known = seen & (place.add(support, np.isnan(values).astype(float)) == 0)
    who, _ = place.find(support)
    for payer in dict.fromkeys(support["payer"].dropna()):
        rows = (support["payer"] == payer).to_numpy(dtype=bool, na_value=False)
        has = np.zeros(place.shape[0], dtype=bool)
        has[who[rows & (who >= 0)]] = True
        if has.any():
            amount = place.add(support, np.where(rows, np.nan_to_num(values), 0.0))
            yield "support", str(payer), has, amount, known
