"""A claim as people write it, mistakes in it, and what does not fit together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from werkzorg.errors import ExitCode, WerkzorgError
from werkzorg.inference.claim_flags import break_even_hours, find_flags, known_levels
from werkzorg.inference.claim_input import make_claim, read_euros, read_percentage
from werkzorg.params import catalogue

KNOWN = catalogue()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-40%", -0.4), ("-40 %", -0.4), ("-40,5%", -0.405), ("-40,5 %", -0.405), ("-40.5%", -0.405), ("−40%", -0.4),
        ("–40%", -0.4), ("+12%", 0.12), ("12%", 0.12), ("-0.4", -0.4), ("-0,4", -0.4), ("0", 0.0), ("  -40%  ", -0.4),
        ("- 40%", -0.4), ("-.5", -0.5), ("0,5%", 0.005),
    ],
)  # fmt: skip
def test_percentages_as_people_write_them(text, value):
    assert read_percentage(text, "--change") == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("-40", "no_percent_sign"), ("40", "no_percent_sign"), ("1", "no_percent_sign"), ("", "no_percentage"),
        ("veertig", "no_percentage"), ("-40%%", "no_percentage"), ("--40%", "no_percentage"), ("1e5%", "no_percentage"),
        ("nan", "no_percentage"), ("inf%", "no_percentage"), ("-4.000,5%", "no_percentage"), ("%", "no_percentage"),
        ("-40% of zo", "no_percentage"), ("9999999%", "no_percentage"),
    ],
)  # fmt: skip
def test_what_is_no_percentage_is_refused(text, problem):
    with pytest.raises(WerkzorgError) as caught:
        read_percentage(text, "--change")
    assert caught.value.exit_code == ExitCode.INPUT
    assert [each.identifier for each in caught.value.problems] == [f"claim.{problem}"]


@given(st.text(max_size=12))
def test_any_text_is_a_number_or_a_message(text):
    for read in (lambda: read_percentage(text, "--change"), lambda: read_euros(text, "--before", "nl")):
        try:
            assert isinstance(read(), float)
        except WerkzorgError as error:
            assert error.exit_code == ExitCode.INPUT
            assert "--" in error.render("nl")


@pytest.mark.parametrize(
    ("text", "lang", "value"),
    [
        ("7500", "nl", 7500.0), ("7.500", "nl", 7500.0), ("€ 7.500,50", "nl", 7500.5), ("7.500,-", "nl", 7500.0),
        ("EUR 7500", "nl", 7500.0), ("1.234.567,89", "nl", 1234567.89), ("7 500", "nl", 7500.0),
        ("7,500.50", "en", 7500.5), ("€7,500", "en", 7500.0), ("7500", "en", 7500.0),
    ],
)  # fmt: skip
def test_amounts_as_people_write_them(text, lang, value):
    assert read_euros(text, "--before", lang) == pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize(
    ("text", "lang"), [("7,500", "nl"), ("7.50.0", "nl"), ("-7500", "nl"), ("7.500", "en"), ("", "en")]
)
def test_an_amount_in_the_other_notation_is_never_guessed(text, lang):
    with pytest.raises(WerkzorgError) as caught:
        read_euros(text, "--before", lang)
    assert caught.value.exit_code == ExitCode.INPUT


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"placed": 0}, "--placed"), ({"placed": -3}, "--placed"), ({"placed": "veel"}, "--placed"),
        ({"placed": 2_000_000}, "--placed"), ({"change": -1.0}, "--change"), ({"change": -1.5}, "--change"),
        ({"change": 10.5}, "--change"), ({"change": float("nan")}, "--change"), ({"months": 2}, "--months"),
        ({"months": 61}, "--months"), ({"before": 0.0}, "--before"), ({"after": -5.0}, "--after"),
        ({"hours": 0}, "--hours"), ({"diagnosis": "zwaar"}, "--diagnosis"), ({"year": 1999}, "--year"),
        ({"still_working": -1}, "--still-working"), ({"comparison": 0, "comparison_change": -0.1}, "--comparison"),
        ({"anders": 1}, "--anders"),
    ],
)  # fmt: skip
def test_impossible_values_are_named_by_their_option(fields, where):
    with pytest.raises(WerkzorgError) as caught:
        make_claim(**({"placed": 50, "change": -0.4} | fields))
    assert caught.value.exit_code == ExitCode.INPUT
    assert where in {problem.where for problem in caught.value.problems}
    assert caught.value.render("nl") and caught.value.render("en")


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"change": None}, "no_change"), ({"change": None, "before": 7000.0}, "no_change"),
        ({"change": None, "before": 1.0, "after": 1000.0}, "euros_too_far"),
        ({"comparison": 60}, "half_comparison"), ({"comparison_change": -0.1}, "half_comparison"),
        ({"randomised": True}, "lottery_without_comparison"),
    ],
)  # fmt: skip
def test_half_claims_are_refused(fields, problem):
    with pytest.raises(WerkzorgError) as caught:
        make_claim(**({"placed": 50, "change": -0.4} | fields))
    assert [each.identifier for each in caught.value.problems] == [f"claim.{problem}"]
    assert caught.value.render("nl") != caught.value.render("en")


def test_amounts_alone_make_a_claim():
    assert make_claim(placed=5, before=8000.0, after=6000.0).observed == pytest.approx(-0.25)


def flags(**fields):
    return {flag.identifier.removeprefix("claim.flag.") for flag in find_flags(make_claim(**SOUND | fields), KNOWN)}


SOUND = {
    "placed": 50, "change": -0.4, "comparison_change": -0.3, "comparison": 60, "randomised": True, "enrolled": 50,
}  # fmt: skip


def test_a_sound_claim_raises_no_flag():
    assert flags(before=7000.0, after=4200.0, still_working=40, off_benefit=30, hours=32) == set()


@pytest.mark.parametrize(
    ("fields", "flag"),
    [
        ({"placed": 19, "enrolled": 19}, "small"), ({"months": 11}, "short"), ({"after_crisis": True}, "after_crisis"),
        ({"enrolled": 120}, "placed_only"), ({"enrolled": None}, "placed_only"), ({"enrolled": 40}, "enrolled"),
        ({"still_working": 51}, "still_working"), ({"still_working": 24}, "stopped"),
        ({"off_benefit": 51}, "off_placed"),
        ({"still_working": 30, "off_benefit": 31}, "off_working"), ({"off_benefit": 30, "hours": 16}, "off_hours"),
        ({"comparison": 19}, "comparison_small"), ({"randomised": False}, "comparison_chosen"),
        ({"comparison": None, "comparison_change": None, "randomised": False}, "no_comparison"),
        ({"before": 7000.0, "after": 5600.0}, "euros_percentage"), ({"before": 60_000.0}, "euros_high"),
        ({"before": 300.0}, "euros_low"), ({"before": 20_000.0, "after": 6000.0}, "saving"),
    ],
)  # fmt: skip
def test_each_flag_has_its_cause(fields, flag):
    assert flag in flags(**fields)


def test_flags_do_not_go_off_at_their_border():
    assert flags(placed=20, enrolled=20, months=12, still_working=10, off_benefit=10) == set()
    # 39 or 41% rounds to what people call 40.
    assert flags(before=7000.0, after=4270.0) == set()


def test_contradictions_come_first():
    found = find_flags(make_claim(placed=5, change=-0.4, off_benefit=9, months=6), KNOWN)
    kinds = [flag.contradiction for flag in found]
    assert kinds == sorted(kinds, reverse=True) and kinds[0] and not kinds[-1]


def test_known_levels_move_with_the_year_and_are_in_order():
    for year in (2018, 2024):
        levels = known_levels(KNOWN, year)
        assert all(low < middle < high for low, middle, high in levels.values())
        assert levels["common"][1] < levels["mixed"][1] < levels["severe"][1]
    assert known_levels(KNOWN, 2024)["severe"][1] > known_levels(KNOWN, 2018)["severe"][1]


def test_a_single_person_needs_more_than_half_a_week_to_leave_benefit():
    """Net norm 2018 about 992 a month; at 9.11 an hour with holiday pay that is some 24 hours."""
    assert break_even_hours(KNOWN, 2018) in range(22, 29)
