"""Published tables for tests: typed rows by hand, and means and shares worked out from records."""

from __future__ import annotations

import numpy as np
import pandas as pd

from werkzorg.inference.care_periods import OUTPATIENT

COLUMNS = ("quantity", "group", "target_group", "first_month", "last_month", "n", "mean", "statistic", "low", "high",
           "interval_width")  # fmt: skip


def aggregates(*rows: dict[str, object]) -> pd.DataFrame:
    """Typed table from rows; what is not given is of everybody in the programme, a mean without interval."""
    whole = {"group": "programme", "target_group": "all", "statistic": "mean"}
    table = pd.DataFrame([whole | row for row in rows], columns=list(COLUMNS))
    for column in ("first_month", "last_month"):
        table[column] = [None if pd.isna(month) else pd.Period(month, "M") for month in table[column]]
    return table


def row(quantity: str, first: str, last: str, n: int, mean: float, **more: object) -> dict[str, object]:
    """One row of :func:`aggregates`."""
    return {"quantity": quantity, "first_month": first, "last_month": last, "n": n, "mean": mean, **more}


def counts(*rows: tuple[str, str, str, int]) -> pd.DataFrame:
    """Typed table of counts from (day, group, quantity, count), of everybody."""
    table = pd.DataFrame(rows, columns=["date", "group", "quantity", "count"])
    return table.assign(date=pd.to_datetime(table["date"]), target_group="all", period_months=0)


def people_of(tables: dict[str, pd.DataFrame], keep: set[str]) -> dict[str, pd.DataFrame]:
    """The tables of some people only."""
    return {
        name: table[table["pseudonym"].isin(keep)].reset_index(drop=True) if "pseudonym" in table else table
        for name, table in tables.items()
    }


def published_from(tables: dict[str, pd.DataFrame], periods: list[tuple[str, str]]) -> pd.DataFrame:
    """Shares at work and mean outpatient cost of both groups per period, as a partner would publish them."""
    months = tables["months"].merge(tables["cases"][["pseudonym", "group", "enrolment_month"]], on="pseudonym")
    amount = sum(months[f"{name}_amount"].astype(float).fillna(0) for name in OUTPATIENT)
    months = months.assign(amount=amount, work=months["state"].isin(("work_supplement", "work_off")))
    rows = []
    for first, last in periods:
        inside = months[(months["month"] >= pd.Period(first, "M")) & (months["month"] <= pd.Period(last, "M"))]
        for group, part in inside.groupby("group", observed=True):
            n = part["pseudonym"].nunique()
            rows.append(row("ggz_amount", first, last, n, float(part["amount"].mean()), group=group))
            if (part["month"] > part["enrolment_month"]).all():
                rows.append(row("share_working", first, last, n, float(part["work"].mean()), group=group))
    assert all(np.isfinite(each["mean"]) for each in rows)
    return aggregates(*rows)
