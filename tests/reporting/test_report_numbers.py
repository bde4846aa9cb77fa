"""Formats of numbers, money and dates: the same text whatever the locale of the machine."""

import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from werkzorg.reporting import numbers as n

NB = "\u00a0"


@pytest.mark.parametrize(
    ("value", "lang", "text"),
    [
        (12500, "nl", f"€{NB}12.500"),
        (12500, "en", "€12,500"),
        (-1200, "nl", f"-€{NB}1.200"),
        (-1200, "en", "-€1,200"),
        (99.5, "nl", f"€{NB}99,50"),
        (99.996, "nl", f"€{NB}100"),
        (100.4, "nl", f"€{NB}100"),
        (0, "nl", f"€{NB}0"),
        (-0.001, "nl", f"€{NB}0"),
        (50, "nl", f"€{NB}50"),
        (None, "nl", "–"),
        (float("nan"), "en", "–"),
    ],
)
def test_euro(value, lang, text):
    assert n.euro(value, lang) == text


def test_euro_rounds_to_the_step_and_never_writes_minus_zero():
    assert n.euro(12_449, "nl", 100.0) == f"€{NB}12.400"
    assert n.euro(-30, "nl", 100.0) == f"€{NB}0"
    assert n.euro(-50, "nl", 100.0) == f"-€{NB}100"


@pytest.mark.parametrize(
    ("ends", "step"),
    [
        ((0, 5), 1),
        ((0, 20), 1),
        ((0, 39), 1),
        ((0, 40), 2),
        ((0, 100), 5),
        ((-3844, 281), 200),
        ((-3000, 4000), 200),
        ((5, None), 1),
        ((0, 2e6), 1e5),
    ],
)
def test_step_follows_the_width(ends, step):
    assert n.sensible_step(*ends) == step


def test_money_in_words_has_no_minus():
    assert n.gain(-1234, "nl", 100.0) == f"een nadeel van €{NB}1.200"
    assert n.gain(1234, "en", 100.0) == "a gain of €1,200"
    assert n.gain(-20, "nl", 100.0) == "vrijwel nul"
    assert n.gain(1_240_000, "nl") == f"een voordeel van €{NB}1,2{NB}miljoen"


def test_ranges():
    assert n.euro_range(1000, 4000, "nl") == f"tussen €{NB}1.000 en €{NB}4.000"
    assert n.euro_range(-20, 10, "nl", 100) == f"rond €{NB}0"
    assert n.gain_range(-1200, 400, "nl") == f"tussen een nadeel van €{NB}1.200 en een voordeel van €{NB}400"
    assert n.gain_range(-30, 40, "nl", 100) == "rond nul" and n.gain_range(-30, 60, "en", 100) != "around zero"
    assert n.gain_range(-4000, -1000, "nl") == f"bij een nadeel tussen €{NB}1.000 en €{NB}4.000"
    assert n.gain_range(1000, 4000, "en") == "at a gain of between €1,000 and €4,000"


@pytest.mark.parametrize(
    ("fraction", "text"), [(0.12, "12%"), (0.285, "29%"), (0.005, "1%"), (1.0, "100%"), (-0.125, "-13%")]
)
def test_percent(fraction, text):
    assert n.percent(fraction, "nl") == text


def test_chances_are_never_certain():
    assert n.chance(0.0, "nl") == "minder dan 1%"
    assert n.chance(1.0, "en") == "more than 99%"
    assert n.chance(0.5, "nl") == "50%"


def test_dates_and_spans():
    assert n.long_date("2024-04-03", "nl") == "3 april 2024"
    assert n.long_date("2024-04-03T10:00:00", "en") == "3 April 2024"
    assert n.month_name("2024-04-03", "nl") == "april 2024"
    assert (n.months_span(60, "nl"), n.months_span(12, "en"), n.months_span(18, "nl")) == (
        "5 jaar",
        "1 year",
        "18 maanden",
    )


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1200.4, "EUR_2018", f"€{NB}1.200"),
        (3.2, "EUR million/year", f"€{NB}3,20{NB}miljoen"),
        (0.045, "fraction/month", "4,5%"),
        (0.0041, "fraction", "0,41%"),
        (0.4, "probability", "40%"),
        (22, "persons", "22"),
        (9.04, "months", "9,0"),
        (0.031, "QALY", "0,03"),
        (1.3, "ratio", "1,30"),
        (0.0411, "ratio", "0,0411"),
    ],
)
def test_values_in_their_unit(value, unit, text):
    assert n.in_unit(value, unit, "nl") == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.125, "fraction", "12,5%"),
        (0.3655, "fraction", "36,55%"),
        (0.01764, "fraction", "1,764%"),
        (0.4, "fraction", "40%"),
        (0.08, "fraction", "8,0%"),
        (0.0, "fraction", "0%"),
        (1578.0, "EUR/month", n.in_unit(1578.0, "EUR/month", "nl")),
    ],
)
def test_what_a_rule_fixes_is_shown_as_the_rule_says_it(value, unit, text):
    assert n.exact(value, unit, "nl") == text


def test_a_number_about_which_little_is_known_has_two_figures():
    assert [n.about(value, "nl") for value in (3485.3, 5256.8, 276.4, 8.3, 0.4, -38.9, -1249.0)] == [
        "3.500", "5.300", "280", "8", "0", "-39", "-1.200",
    ]  # fmt: skip


@given(st.floats(-1e9, 1e9), st.sampled_from(["nl", "en"]))
def test_euro_can_be_read_back(value, lang):
    text = n.euro(value, lang, 1.0)
    digits = text.replace("€", "").replace(NB, "").replace("." if lang == "nl" else ",", "")
    # Rounded to whole euros, so half a euro is the largest error.
    assert abs(float(digits) - value) <= 0.5 + 1e-6


@pytest.mark.parametrize("locale", ["C", "nl_NL.UTF-8", "en_US.UTF-8", "xx_YY"])
def test_formats_do_not_follow_the_machine(locale):
    code = (
        "from werkzorg.reporting import numbers as n;"
        "print(ascii([n.euro(-12500.6,'nl'),n.percent(.125,'nl',1),n.long_date('2024-03-01','nl'),n.number(1234.5,'en',1)]))"
    )
    env = dict(os.environ) | {"LC_ALL": locale, "LANG": locale, "LANGUAGE": locale, "PYTHONUTF8": "0"}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ascii([f"-€{NB}12.501", "12,5%", "1 maart 2024", "1,234.5"])


def test_part_of_a_professional_is_not_nobody():
    assert n.in_unit(0.45, "professionals", "en") == "0.5"
    assert n.range_in_unit(0.238, 2.3, "professionals", "nl") == "tussen 0,2 en 2,3"
