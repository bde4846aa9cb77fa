"""Months and dates as Dutch administrations write them: the order is declared, two-digit years are refused."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Literal

DateOrder = Literal["dmy", "ymd"]

MONTH_NAMES = {
    name: number
    for number, names in enumerate(
        (
            "januari january jan", "februari february feb", "maart march mrt mar", "april apr", "mei may",
            "juni june jun", "juli july jul", "augustus august aug", "september sept sep", "oktober october okt oct",
            "november nov", "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip

MIDNIGHT = re.compile(r"[ T]00:00(?::00(?:\.0+)?)?$")
YMD = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
DMY = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})")
SHORT_YEAR = re.compile(r"\d{1,2}[-/. ](?:\d{1,2}|[A-Za-z]{3,9}\.?)[-/. ]'?\d{2}|[A-Za-z]{3,9}\.?[-/. ]'?\d{2}")
NAMED_DAY = re.compile(r"(\d{1,2})[ -]([A-Za-z]{3,9})\.?[ -](\d{4})")
NAMED_MONTH = re.compile(r"([A-Za-z]{3,9})\.?[ -](\d{4})")
YEAR_MONTH = re.compile(r"(\d{4})[-/.]?(\d{2})|(\d{4})[-/.](\d)")
MONTH_YEAR = re.compile(r"(\d{1,2})[-/.](\d{4})")
SERIAL = re.compile(r"\d{5}(?:[.,]\d+)?")

SERIALS = (36526, 73050)
"""Excel day numbers of 2000-01-01 and 2099-12-31 (1900 calendar); smaller and larger numbers are no days of ours."""

EPOCH_1900, EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
"""Day zero of Excel's two calendars; the first is shifted because Excel believes in 29 February 1900."""

WRONG_DATE = ("date_text", "date_impossible", "date_order", "date_two_digit_year", "date_serial")
"""Why a text is no date, as ends of message identifiers."""


def parse_date(text: str, order: DateOrder | None) -> date | str:
    """Day of one cell.

    Parameters
    ----------
    text : str
        Cell as written; midnight behind the day is ignored.
    order : {"dmy", "ymd"} or None
        Declared order; None: not declared.

    Returns
    -------
    date or str
        The day, or one of `WRONG_DATE`.
    """
    text = MIDNIGHT.sub("", text.strip())
    if found := NAMED_DAY.fullmatch(text):
        day, name, year = found.groups()
        return _day(int(year), MONTH_NAMES.get(name.lower(), 0), int(day))
    if found := YMD.fullmatch(text):
        year, _, month, day = found.groups()
        return _day(int(year), int(month), int(day)) if order != "dmy" else "date_order"
    if found := DMY.fullmatch(text):
        day, _, month, year = (found[1], found[2], found[3], found[4])
        if order != "dmy" or int(month) > 12 >= int(day):
            return "date_order"
        return _day(int(year), int(month), int(day))
    return _why(text)


def parse_month(text: str, order: DateOrder | None) -> tuple[int, bool] | str:
    """Month of one cell, as months since January 1970, and whether the cell held a day.

    Accepted besides days: 2018-03, 201803, 03-2018, mrt 2018, maart 2018; none of these can be read in two ways.

    Returns
    -------
    (int, bool) or str
        Month and whether a day was dropped, or one of `WRONG_DATE`.
    """
    text = MIDNIGHT.sub("", text.strip())
    year, month = 0, 0
    if found := YEAR_MONTH.fullmatch(text):
        year, month = int(found[1] or found[3]), int(found[2] or found[4])
    elif found := MONTH_YEAR.fullmatch(text):
        year, month = int(found[2]), int(found[1])
    elif found := NAMED_MONTH.fullmatch(text):
        year, month = int(found[2]), MONTH_NAMES.get(found[1].lower(), 0)
    else:
        day = parse_date(text, order)
        return day if isinstance(day, str) else (month_number(day), day.day != 1)
    return ((year - 1970) * 12 + month - 1, False) if 1 <= month <= 12 else "date_impossible"


def month_number(day: date) -> int:
    """Months since January 1970."""
    return (day.year - 1970) * 12 + day.month - 1


def month_text(number: int) -> str:
    """Month as 2018-03."""
    return f"{1970 + number // 12:04d}-{number % 12 + 1:02d}"


def day_of(value: object, epoch_1904: bool) -> date | str:
    """Day of a typed cell of a workbook: a date, or a day number in the calendar of the workbook."""
    if isinstance(value, datetime):
        return value.date() if not (value.hour or value.minute) else "date_text"
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and 0 < value < 10**6 and value == int(value):
        day = (EPOCH_1904 if epoch_1904 else EPOCH_1900) + timedelta(days=int(value))
        low, high = (EPOCH_1900 + timedelta(days=number) for number in SERIALS)
        if low <= day <= high:
            return day
    return "date_text"


def _day(year: int, month: int, day: int) -> date | str:
    try:
        return date(year, month, day)
    except ValueError:
        return "date_impossible"


def _why(text: str) -> str:
    if SERIAL.fullmatch(text):
        return "date_serial"
    return "date_two_digit_year" if SHORT_YEAR.fullmatch(text) else "date_text"
