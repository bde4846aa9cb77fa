"""In and out of mental-health care, admissions, crises at job starts and Wmo support, counted from case records."""

from __future__ import annotations

import numpy as np

from werkzorg.cases.checks import SAME_CARE
from werkzorg.inference.person_months import BEFORE, PersonMonths, Tables, codes, numbers
from werkzorg.inference.record_data import DIAGNOSES, CareCells

GAP_MONTHS = 3
"""Longest pause without contact that does not end care."""

CRISIS_MONTHS = 3
"""Months from a job start, that of the start included, in which a crisis counts as one of the start."""

OUTPATIENT = ("treatment", "guidance", "day_activity")
"""Services that make up outpatient care."""

SIGNS = (
    *(f"{name}_{unit}" for name in OUTPATIENT for unit in ("contacts", "amount")),
    "medication_amount",
    *("admission_days", "admission_amount"),
)
"""Columns of `months` of which any above zero means care in that month.

A crisis contact is not among them: crisis services see people who are not in treatment, and one visit does not bring
them back into it.
"""

CLAIMS_OF_CARE = tuple(kind for kind in SAME_CARE if kind != "crisis")
"""Kinds of claims of the insurer that mean care."""

UNKNOWN, EMPTY, CARE = -1, 0, 1
"""What is known of care in a month."""


def contacts_seen(records: PersonMonths, tables: Tables) -> np.ndarray:
    """What the records say of care in each month, (person, month): `CARE`, `EMPTY` or `UNKNOWN`.

    A month without a sign of care is known to be empty when anything is known of outpatient care in it. Care that the
    insurer paid for counts in months that have a row.
    """
    months = records.months
    sign, known = np.zeros((2, len(months)), dtype=bool)
    for name in SIGNS:
        values = numbers(months[name])
        sign |= values > 0
        if name.startswith(OUTPATIENT):
            known |= ~np.isnan(values)
    said = records.spread(np.where(sign, CARE, np.where(known, EMPTY, UNKNOWN)).astype(np.int8), UNKNOWN)
    claims = tables.get("insurer")
    if claims is not None and not claims.empty:
        who, since = records.find(claims)
        column = since + BEFORE
        keep = (column >= 0) & (column < said.shape[1]) & (numbers(claims["amount"]) > 0)
        keep &= codes(claims["component"], CLAIMS_OF_CARE) >= 0
        paid = np.zeros(said.shape, dtype=bool)
        paid[who[keep], column[keep].astype(int)] = True
        said[paid & records.seen] = CARE
    return said


def in_care(said: np.ndarray) -> np.ndarray:
    """Care by month with short gaps closed.

    Parameters
    ----------
    said : ndarray (person, month)
        From :func:`contacts_seen`.

    Returns
    -------
    ndarray (person, month) of int8
        1 in care, 0 not, -1 unknown. An empty month is in care when at most `GAP_MONTHS` months lie between the care
        before and after it. A tail of at most that many empty months, at the end of what is known, is unknown: the
        care that would close it may still come. Months of which nothing is known stay unknown.
    """
    width = said.shape[1]
    month = np.arange(width, dtype=np.int16)[None, :]
    care, known = said == CARE, said != UNKNOWN
    never, far = -width - GAP_MONTHS, 2 * width + GAP_MONTHS
    last = np.maximum.accumulate(np.where(care, month, np.int16(never)), axis=1)
    following = np.minimum.accumulate(np.where(care, month, np.int16(far))[:, ::-1], axis=1)[:, ::-1]
    closed = following - last - 1 <= GAP_MONTHS
    # Without any care the tail begins where something is first known.
    first_known = np.where(known.any(axis=1), known.argmax(axis=1), width)[:, None]
    tail = (following == far) & (_last_known(said) - np.maximum(last, first_known - 1) <= GAP_MONTHS)
    status = np.where(care | closed, 1, np.where(tail, UNKNOWN, 0))
    return np.where(known, status, UNKNOWN).astype(np.int8)


def _last_known(said: np.ndarray) -> np.ndarray:
    """Last column of which anything is known, (person, 1)."""
    return said.shape[1] - 1 - (said != UNKNOWN)[:, ::-1].argmax(axis=1)[:, None]


def reduce_care(records: PersonMonths, care: np.ndarray, said: np.ndarray) -> CareCells:
    """Counts of leaving care and coming back, admissions, crises at job starts, and Wmo use, after enrolment.

    The last `GAP_MONTHS` months of which anything is known do not count for leaving: in them only those who stayed are
    sure to be in care or not, and counting these alone would make leaving look rare. Months out of care count for a
    return when more than `GAP_MONTHS` lie behind: a return before that was taken for a pause, so nobody was at risk.

    Parameters
    ----------
    records : PersonMonths
        People and months.
    care : ndarray (person, month)
        From :func:`in_care`.
    said : ndarray (person, month)
        From :func:`contacts_seen`.
    """
    now, before = care[:, BEFORE + 1 :], care[:, BEFORE:-1]
    ahead = records.since[BEFORE + 1 :] + BEFORE <= _last_known(said) - GAP_MONTHS
    inside = (before == 1) & (now >= 0) & ahead
    outside = _long_out(care)[:, BEFORE:-1] & (now >= 0)
    diagnosis = codes(records.people["diagnosis_group"], DIAGNOSES)
    groups = [diagnosis == place for place in range(len(DIAGNOSES))]
    admissions = _admissions(records, care, groups)
    crises = _crises(records)
    return CareCells(
        leave_at_risk=np.array([float(inside[group].sum()) for group in groups]),
        leave_events=np.array([float((inside & (now == 0))[group].sum()) for group in groups]),
        return_at_risk=float(outside.sum()),
        return_events=float((outside & (now == 1)).sum()),
        admission_at_risk=admissions[0],
        admission_events=admissions[1],
        crisis_at_risk=crises[0],
        crisis_events=crises[1],
        **_wmo(records),
    )


def _long_out(care: np.ndarray) -> np.ndarray:
    """Whether a month is the last of more than `GAP_MONTHS` known months out of care, (person, month)."""
    out = care == 0
    result = out.copy()
    for back in range(1, GAP_MONTHS + 1):
        result[:, back:] &= out[:, :-back]
        result[:, :back] = False
    return result


def _admissions(records: PersonMonths, care: np.ndarray, groups: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Months at risk of an admission and starts, each (diagnosis, working)."""
    days = records.column("admission_days")
    now, before = days[:, BEFORE + 1 :], days[:, BEFORE:-1]
    at_risk = (care[:, BEFORE + 1 :] == 1) & (before == 0) & ~np.isnan(now)
    at_risk &= records.seen[:, BEFORE + 1 :]
    starts, working = at_risk & (now > 0), records.working[:, BEFORE + 1 :]
    return tuple(
        np.array([[float((part & (working == at))[group].sum()) for at in (False, True)] for group in groups])
        for part in (at_risk, starts)
    )


def _crises(records: PersonMonths) -> tuple[float, float]:
    """Job starts after enrolment that are followed for `CRISIS_MONTHS`, and those with a crisis."""
    contacts, amount = records.column("crisis_contacts"), records.column("crisis_amount")
    known, crisis = ~(np.isnan(contacts) & np.isnan(amount)), (contacts > 0) | (amount > 0)
    working, seen = records.working, records.seen
    starts = working[:, BEFORE + 1 :] & ~working[:, BEFORE:-1] & seen[:, BEFORE:-1]
    who, since = np.nonzero(starts)
    column = since + BEFORE + 1
    inside = column + CRISIS_MONTHS <= seen.shape[1]
    columns = column[inside][:, None] + np.arange(CRISIS_MONTHS)
    people = who[inside][:, None]
    followed = known[people, columns].all(axis=1)
    return float(followed.sum()), float((followed & crisis[people, columns].any(axis=1)).sum())


def wmo_use(records: PersonMonths) -> np.ndarray:
    """Wmo support in a month, (person, month): one, zero, or NaN where nothing is said of it."""
    months = records.months
    product, none = codes(months["wmo_product"], ("none",)), months["wmo_product"].isna().to_numpy(dtype=bool)
    hours, amount = numbers(months["wmo_hours"]), numbers(months["wmo_amount"])
    used = (~none & (product < 0)) | (hours > 0) | (amount > 0)
    known = ~none | ~np.isnan(hours) | ~np.isnan(amount)
    return records.spread(np.where(known, used, np.nan))


def _wmo(records: PersonMonths) -> dict[str, np.ndarray]:
    """People with Wmo support and all people, not at work and at work; a person weighs one over all known months."""
    use, working = wmo_use(records)[:, BEFORE + 1 :], records.working[:, BEFORE + 1 :]
    known = ~np.isnan(use) & records.seen[:, BEFORE + 1 :]
    months = known.sum(axis=1)
    weight = 1 / np.maximum(months, 1)
    people, users = [], []
    for at in (False, True):
        here = known & (working == at)
        people.append(float((here.sum(axis=1) * weight).sum()))
        users.append(float(((here & (use == 1)).sum(axis=1) * weight).sum()))
    return {"wmo_users": np.array(users), "wmo_people": np.array(people)}
