"""The rules of the reduction once more, as plain loops over people and months, and tiny tables to try them on.

Nothing here is shared with the package but the names of columns; the loops follow the rules as they are written in
`docs/model.md` and in the docstrings of `inference.record_data`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from werkzorg.cases.schema import table
from werkzorg.inference.record_data import COST_COLUMNS, MAX_PERIODS

STATES = {"S": "searching", "P": "work_supplement", "W": "work_off", "O": "off_no_work", "L": "left"}
WORK = {"work_supplement", "work_off"}
SERVICES = ("treatment", "guidance", "day_activity")
PAID_CARE = {"basic_ggz", "specialist_ggz", "admission", "medication"}
FIRST = -15
"""First month since enrolment that is looked at."""


# Tiny tables


def typed(name: str, rows: list[dict]) -> pd.DataFrame:
    """A table of the schema as the reader gives it: every column is there, empty where nothing is said."""
    columns = {}
    for field in table(name).fields:
        cells = [row.get(field.name) for row in rows]
        if field.type == "month":
            columns[field.name] = pd.Series(pd.PeriodIndex(cells, freq="M"))
        elif field.type == "boolean":
            columns[field.name] = pd.Series(cells, dtype="boolean")
        elif field.type in ("integer", "number", "year"):
            columns[field.name] = pd.Series(cells, dtype=float)
        elif field.enum:
            columns[field.name] = pd.Series(pd.Categorical(cells, [code.code for code in field.enum]))
        else:
            columns[field.name] = pd.Series(cells, dtype="str")
    return pd.DataFrame(columns)


def month(enrolment: str, since: int) -> pd.Period:
    """Calendar month so many months after enrolment."""
    return pd.Period(enrolment, "M") + since


def person(name: str, states: str, *, first: int = 0, enrolment: str = "2018-03", care: str = "", **facts) -> dict:
    """One person as rows of `cases` and `months`.

    Parameters
    ----------
    name : str
        Pseudonym.
    states : str
        A letter of `STATES` per month from month `first` since enrolment; a dot where there is no row.
    care : str
        Per month of `states`: `c` contacts and an amount of 100, `l` contacts with the amount missing, `e` nothing,
        `?` not known. Left out: all `c`.
    **facts
        Columns of `cases`; lists of columns of `months` (a cell per month of `states`) go under `months`.
    """
    cells = facts.pop("months", {})
    told = {"c": (1, 100.0), "l": (1, None), "e": (0, 0.0), "?": (None, None)}
    rows = []
    for place, letter in enumerate(states):
        if letter == ".":
            continue
        contacts, amount = told[(care or "c" * len(states))[place]]
        row = {"treatment_contacts": contacts, "treatment_amount": amount, "admission_days": 0, "crisis_contacts": 0}
        row |= {column: values[place] for column, values in cells.items()}
        row |= {"pseudonym": name, "month": month(enrolment, first + place), "state": STATES[letter]}
        rows.append(row)
    case = {"pseudonym": name, "group": "programme", "enrolment_month": pd.Period(enrolment, "M"), **facts}
    return {"cases": case, "months": rows}


def small_tables(*people: dict, **others: list[dict]) -> dict[str, pd.DataFrame]:
    """Typed tables of some people; other tables as lists of rows."""
    tables = {
        "cases": typed("cases", [someone["cases"] for someone in people]),
        "months": typed("months", [row for someone in people for row in someone["months"]]),
    }
    return tables | {name: typed(name, rows) for name, rows in others.items()}


# The rules


def filled(value) -> bool:
    """Whether a cell is not empty."""
    return not (value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and math.isnan(value)))


def known(value) -> object:
    """The cell, or None when it is empty."""
    return value if filled(value) else None


class Life:
    """One person: facts, and what is known by month since enrolment."""

    def __init__(self, case: dict) -> None:
        self.case, self.name = case, case["pseudonym"]
        self.programme = case["group"] == "programme"
        self.enrolment = case["enrolment_month"].ordinal
        self.rows: dict[int, dict] = {}
        self.paid: set[int] = set()
        self.changes: set[int] = set()
        self.jobs: list[dict] = []
        self.managers_known = False

    def state(self, t: int) -> str | None:
        return self.rows[t]["state"] if t in self.rows else None

    def working(self, t: int) -> bool:
        return self.state(t) in WORK

    @property
    def severe(self) -> int | None:
        return {"severe": 1, "common": 0}.get(known(self.case["diagnosis_group"]))

    @property
    def long_benefit(self) -> int | None:
        months = known(self.case["months_on_benefit"])
        return None if months is None else int(months >= 24)

    def manager_changed(self, t: int) -> int | None:
        return int(any(t - back in self.changes for back in range(6))) if self.managers_known else None

    def coach(self, t: int) -> str | None:
        """Kind of coach of the job of a month; of two jobs the one that started last."""
        found = None
        for job in sorted(self.jobs, key=lambda job: (job["start_month"], job["job_number"])):
            first = job["start_month"].ordinal - self.enrolment
            last = job["end_month"].ordinal - self.enrolment if filled(job["end_month"]) else math.inf
            if first <= t <= last:
                found = known(job["coach_kind"])
        return found

    def sign(self, t: int) -> bool | None:
        """Whether there was care in a month; None when that is not known."""
        if t not in self.rows:
            return None
        row = self.rows[t]
        columns = [f"{name}_{unit}" for name in SERVICES for unit in ("contacts", "amount")]
        others = ["medication_amount", "admission_days", "admission_amount"]
        if t in self.paid or any(filled(row[name]) and row[name] > 0 for name in columns + others):
            return True
        return False if any(filled(row[name]) for name in columns) else None

    def care(self) -> dict[int, bool]:
        """In care or not, of the months of which that is known."""
        signs = {t: self.sign(t) for t in self.rows}
        told = sorted(t for t, sign in signs.items() if sign is not None)
        with_care = [t for t in told if signs[t]]
        status = {}
        for t in told:
            last = max((c for c in with_care if c <= t), default=None)
            following = min((c for c in with_care if c >= t), default=None)
            if last is not None and following is not None:
                status[t] = following - last - 1 <= 3
            elif following is not None:
                status[t] = False
            else:
                tail = told[-1] - (told[0] - 1 if last is None else last)
                if tail > 3:
                    status[t] = False
        return status

    def last_told(self) -> int:
        """Last month of which anything is known of care."""
        return max((t for t in self.rows if self.sign(t) is not None), default=FIRST)


def lives(tables: Mapping[str, pd.DataFrame], use_comparison: bool = True) -> list[Life]:
    """Everybody, in order of pseudonym."""
    found = {}
    for case in sorted(tables["cases"].to_dict("records"), key=lambda case: case["pseudonym"]):
        if use_comparison or case["group"] == "programme":
            found[case["pseudonym"]] = Life(case)

    def rows(name: str, column: str = "month"):
        for row in tables[name].to_dict("records") if name in tables else ():
            if row["pseudonym"] in found:
                life = found[row["pseudonym"]]
                yield life, row[column].ordinal - life.enrolment, row

    for life, t, row in rows("months"):
        if t >= FIRST:
            life.rows[t] = row
    for life, t, row in rows("insurer"):
        if row["component"] in PAID_CARE and row["amount"] > 0 and t in life.rows:
            life.paid.add(t)
    for life, t, row in rows("client_manager"):
        if row["organisation"] in ("municipality", "ggz_institution") and t >= FIRST:
            life.changes.add(t)
    for life, _, row in rows("jobs", "start_month"):
        life.jobs.append(row)
    for life in found.values():
        life.managers_known = "client_manager" in tables and len(tables["client_manager"]) > 0
    return list(found.values())


def pairs(life: Life) -> list[int]:
    """Months after enrolment that are seen together with the month before."""
    return [t for t in sorted(life.rows) if t >= 1 and t - 1 in life.rows]


def hazard_rows(people: list[Life]) -> list[tuple]:
    """(hazard, comparison, covariates, event) of every month at risk."""
    found = []
    for life in people:
        for t in pairs(life):
            before, now = life.state(t - 1), life.state(t)
            if before not in ("searching", "left"):
                continue
            found.append(("exit_other", 0, (None, None, None), now == "off_no_work"))
            if now == "off_no_work":
                continue
            worked = any(life.working(month) for month in range(t))
            if life.programme and before == "searching":
                kind = "next" if worked else "entry_early" if t <= 9 else "entry_late"
            else:
                kind = "next_alone" if worked else "entry_alone"
            covariates = (life.severe, life.long_benefit, life.manager_changed(t))
            if before == "searching" or not life.programme:
                found.append((kind, int(not life.programme), covariates, now in WORK))
            if now not in WORK and life.programme and before == "searching":
                found.append(("dropout", 0, (None, None, None), now == "left"))
    return found


def job_start(life: Life, t: int) -> int | None:
    """Month in which the job that is held in month t was seen to start; None when the start was not seen."""
    start = t
    while start >= 0:
        earlier = max((month for month in life.rows if 0 <= month < start), default=None)
        if earlier is None:
            return None
        if not life.working(earlier):
            return start if earlier == start - 1 else None
        start = earlier
    return None


def loss_rows(people: list[Life]) -> list[tuple]:
    """(tenure, alone, covariates, event) of every month in a job with a clock."""
    found = []
    for life in people:
        for t in pairs(life):
            start = job_start(life, t - 1) if life.working(t - 1) else None
            if start is None:
                continue
            earlier = [month for month in life.rows if 0 <= month < t and not life.working(month)]
            came_from_left = bool(earlier) and life.state(max(earlier)) == "left"
            kind = life.coach(t - 1)
            alone = not life.programme or came_from_left or kind == "none"
            own = None if alone or kind is None else int(kind == "own_counsellor")
            found.append((t - 1 - start, int(alone), (life.severe, own, life.manager_changed(t)), not life.working(t)))
    return found


def care_rows(people: list[Life]) -> dict[str, list[tuple]]:
    """Months at risk of each event of care: (cell, event), of Wmo use: (working, weight, use)."""
    found = {name: [] for name in ("leave", "return", "admission", "crisis", "wmo")}
    for life in people:
        status, group = life.care(), known(life.case["diagnosis_group"])
        for t in sorted(life.rows):
            if t < 1:
                continue
            if t - 1 in status and t in status:
                if status[t - 1] and group is not None and t <= life.last_told() - 3:
                    found["leave"].append((group, not status[t]))
                if not any(status.get(t - back, True) for back in range(1, 5)):
                    found["return"].append(("all", status[t]))
            days = [known(life.rows[month]["admission_days"]) if month in life.rows else None for month in (t - 1, t)]
            if status.get(t) and days[0] == 0 and days[1] is not None and group is not None:
                found["admission"].append(((group, life.working(t)), days[1] > 0))
            if life.working(t) and t - 1 in life.rows and not life.working(t - 1):
                after = [crisis(life, month) for month in (t, t + 1, t + 2)]
                if None not in after:
                    found["crisis"].append(("all", any(after)))
        uses = {t: wmo(life.rows[t]) for t in life.rows if t >= 1}
        uses = {t: use for t, use in uses.items() if use is not None}
        found["wmo"] += [(life.working(t), 1 / len(uses), use) for t, use in uses.items()]
    return found


def crisis(life: Life, t: int) -> bool | None:
    """Whether there was a crisis in a month."""
    cells = [life.rows[t][name] for name in ("crisis_contacts", "crisis_amount")] if t in life.rows else []
    return any(cell > 0 for cell in cells if filled(cell)) if any(filled(cell) for cell in cells) else None


def wmo(row: dict) -> bool | None:
    """Whether there was Wmo support in a month."""
    product, hours, amount = (known(row[name]) for name in ("wmo_product", "wmo_hours", "wmo_amount"))
    if product is None and hours is None and amount is None:
        return None
    return product not in (None, "none") or (hours or 0) > 0 or (amount or 0) > 0


def cost_rows(people: list[Life], start: float, factor: Mapping[int, float]) -> list[list[list[float]]]:
    """Per person with rows: the rows (outcome, columns) of the cost regression.

    Parameters
    ----------
    start : float
        Start of the pilot in months since 1970.
    factor : mapping of int to float
        Price level of the price year over that of each calendar year.
    """
    delivered = [name for name in SERVICES if any(filled(row[f"{name}_amount"]) for life in people
                                                  for row in life.rows.values())]  # fmt: skip
    kept: list[tuple[Life, dict]] = []
    for life in people:
        after = [t for t in life.rows if t >= 1]
        status = life.care()
        for period in range(-2, MAX_PERIODS) if after else ():
            amounts, work = [], []
            for t in range(6 * period + 1, 6 * period + 7):
                cells = [life.rows[t][f"{name}_amount"] for name in delivered] if status.get(t) else []
                if cells and all(filled(cell) for cell in cells):
                    amounts.append(sum(cells) * factor[1970 + (life.enrolment + t) // 12])
                    work.append(life.working(t))
            if len(amounts) >= 3 and sum(amounts) > 0:
                row = {"period": period, "outcome": math.log(sum(amounts) / len(amounts)),
                       "work": sum(work) / len(work), "worker": sum(map(life.working, after)) / len(after),
                       "trend": (life.enrolment + 6 * period + 4 - start) / 12}  # fmt: skip
                kept.append((life, row))
    severe = [life.severe for life, _ in kept if life.severe is not None]
    by_person: dict[str, list[list[float]]] = {}
    for life, row in kept:
        peers = [other["work"] for someone, other in kept
                 if someone.programme == life.programme and other["period"] == row["period"]]  # fmt: skip
        values = {
            "level": 1,
            "severe": life.severe if life.severe is not None else sum(severe) / max(len(severe), 1),
            "comparison": int(not life.programme),
            "work_within": row["work"] - sum(peers) / len(peers),
        }
        for name in ("worker", "work", "trend"):
            values[name] = row[name]
        for period in range(MAX_PERIODS):
            values[f"after_{period}"] = int(row["period"] == period)
            values[f"comparison_after_{period}"] = int(row["period"] == period and not life.programme)
        by_person.setdefault(life.name, []).append([row["outcome"], *(values[name] for name in COST_COLUMNS)])
    return list(by_person.values())
