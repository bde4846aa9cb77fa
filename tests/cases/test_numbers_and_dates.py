"""Own parsers of numbers and dates: known forms, round trips, and the fast way against the slow way."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from werkzorg.cases.dates import day_of, month_number, month_text, parse_date, parse_month
from werkzorg.cases.numbers import NumberFormat, ThreeFigures, parse_number, parse_numbers

FORMS = [
    NumberFormat(decimal, thousands)
    for decimal, thousands in (
        (",", "none"), (",", "dot"), (",", "space"), (".", "none"), (".", "comma"), (".", "space"), (None, "none"),
    )
]  # fmt: skip
SEPARATORS = {"none": "", "dot": ".", "space": "\u00a0", "comma": ","}


@given(st.integers(-(10**11), 10**11), st.sampled_from(FORMS))
def test_what_is_written_is_what_is_read(cents, form):
    """Written with exactly two decimals, so the value is known to the cent."""
    whole, part = divmod(abs(cents), 100)
    text = f"{whole:,}".replace(",", SEPARATORS[form.thousands]) + (f"{form.decimal}{part:02d}" if form.decimal else "")
    value = whole + (part / 100 if form.decimal else 0)
    for shown, expected in ((text, value), (f"-{text}", -value), (f"{text}-", -value), (f"({text})", -value),
                            (f"€ {text}", value), (f"\u2212{text}", -value)):  # fmt: skip
        # Below a tenth of a cent at 1e9: rounding of a float only.
        assert parse_number(shown, form) == pytest.approx(expected, abs=1e-4, rel=1e-14)


@given(st.lists(st.text("0123456789.,-()€ e\u00a0\u2212nafi", max_size=9), max_size=20), st.sampled_from(FORMS))
def test_many_at_once_is_the_same_as_one_by_one(texts, form):
    values, wrong = parse_numbers(pa.array(texts, pa.string()), form)
    for place, text in enumerate(texts):
        one = parse_number(text, form)
        if isinstance(one, str):
            assert wrong[place] == one and np.isnan(values[place])
        else:
            assert place not in wrong and values[place] == one


@given(st.text(max_size=30))
def test_no_text_breaks_a_parser(text):
    for form in FORMS:
        parse_number(text, form)
    for order in ("dmy", "ymd", None):
        parse_date(text, order)
        parse_month(text, order)


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        ("1.234", NumberFormat(",", "dot"), 1234.0),
        ("1.234", NumberFormat(","), "number_ambiguous"),
        ("1.234", NumberFormat(), "number_undeclared"),
        ("1234.56", NumberFormat(",", "dot"), "number_format"),
        ("12.34,5", NumberFormat(",", "dot"), "number_format"),
        ("50,-", NumberFormat(","), "number_format"),
        ("--5", NumberFormat(","), "number_text"),
        ("(-5)", NumberFormat(","), "number_text"),
        ("1e5", NumberFormat("."), "number_text"),
        ("1e400", NumberFormat("."), "number_not_finite"),
        ("\u0663", NumberFormat(","), "number_format"),
        ("12345678901234567", NumberFormat(","), "number_format"),
        ("", NumberFormat(","), "number_text"),
    ],
)
def test_known_numbers(text, form, expected):
    assert parse_number(text, form) == expected


def test_three_figures_are_doubtful_until_a_number_settles_it():
    form, three = NumberFormat("."), ThreeFigures()
    three.look(pa.array(["1.234", "980"]), form)
    assert three.doubtful
    three.look(pa.array(["0.5"]), form)
    assert not three.doubtful
    share = ThreeFigures()
    share.look(pa.array(["0.446", "0.981"]), form)
    assert not share.doubtful


@given(st.dates(date(1000, 1, 1)))
def test_days_round_trip(day):
    assert parse_date(f"{day.day:02d}-{day.month:02d}-{day.year:04d}", "dmy") == day
    assert parse_date(day.isoformat(), "ymd") == day
    assert parse_month(day.isoformat(), "ymd") == (month_number(day), day.day != 1)
    assert parse_month(month_text(month_number(day)), None) == (month_number(day), False)


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("31-04-2018", "dmy", "date_impossible"), ("30-02-2018", "dmy", "date_impossible"),
        ("29-02-2020", "dmy", date(2020, 2, 29)), ("04-13-2018", "dmy", "date_order"),
        ("2018-04-13", "dmy", "date_order"), ("13-04-2018", "ymd", "date_order"), ("13-04-2018", None, "date_order"),
        ("13-04-18", "dmy", "date_two_digit_year"), ("13 apr '18", "dmy", "date_two_digit_year"),
        ("45383", "dmy", "date_serial"), ("13-04.2018", "dmy", "date_text"), ("0024-01-01", "ymd", date(24, 1, 1)),
        ("13 april 2018", None, date(2018, 4, 13)), ("13 foo 2018", None, "date_impossible"),
        ("2018-04-13 12:30", "ymd", "date_text"), ("2018-04-13T00:00:00", "ymd", date(2018, 4, 13)),
    ],
)  # fmt: skip
def test_known_days(text, order, expected):
    assert parse_date(text, order) == expected


def test_day_numbers_of_both_calendars_of_excel():
    """1 January 2018 is 43101 in the 1900 calendar and 41639 in that of 1904 (1,462 days apart)."""
    assert day_of(43101, epoch_1904=False) == day_of(41639, epoch_1904=True) == date(2018, 1, 1)
    assert day_of(777, epoch_1904=False) == day_of(43101.5, epoch_1904=False) == day_of(1e300, False) == "date_text"
    assert day_of(float("nan"), False) == "date_text"
