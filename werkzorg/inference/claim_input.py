"""A claim of one line about care cost, and how people write its numbers."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.pilot import Part

Diagnosis = Literal["severe", "common", "mixed"]

LARGEST_CHANGE = 10.0
"""A rise of 1000%: what lies above is a slip of the pen."""

MOST_PEOPLE = 1_000_000
MONTHS_MIN, MONTHS_MAX = 3, 60
"""Cost over less than a quarter says nothing; the clock of jobs reaches five years."""

_PERCENTAGE = re.compile(r"(?P<sign>[-+−–]?)\s*(?P<digits>\d{1,6}(?:[.,]\d{1,6})?|[.,]\d{1,6})\s*(?P<percent>%?)")
_MONEY = {
    "nl": re.compile(r"(?:€|eur)?\s*(\d{1,12}|\d{1,3}(?:[. \u00a0]\d{3}){1,3})(?:,(\d{1,2}|-))?", re.IGNORECASE),
    "en": re.compile(r"(?:€|eur)?\s*(\d{1,12}|\d{1,3}(?:[, \u00a0]\d{3}){1,3})(?:\.(\d{1,2}))?", re.IGNORECASE),
}

Change = Annotated[float, Field(gt=-1, le=LARGEST_CHANGE, allow_inf_nan=False)]
People = Annotated[int, Field(ge=0, le=MOST_PEOPLE)]
Group = Annotated[int, Field(ge=1, le=MOST_PEOPLE)]
Cost = Annotated[float, Field(gt=0, le=10_000_000, allow_inf_nan=False)]


class Claim(Part):
    """What somebody says about care cost before and after people found work.

    Attributes
    ----------
    placed : int
        People placed in a job over whom the change was calculated.
    change : float, optional
        Change of mean GGZ cost, after over before less one: -0.4 is a fall of 40%. Left out: from `before` and `after`.
    months : int
        Length of the period before and of the period after the start of the job.
    before, after : float, optional
        Mean GGZ cost per person per year, EUR.
    comparison_change : float, optional
        Change in a comparison group over the same months.
    comparison : int, optional
        People in that group.
    randomised : bool
        Whether a lottery decided who was in which group.
    after_crisis : bool
        Whether people enrolled just after a crisis or admission.
    enrolled : int, optional
        Everyone who started in the programme.
    still_working, off_benefit : int, optional
        Of the people placed: in work at the end of the months; off benefit.
    hours : float, optional
        Usual contract hours a week.
    diagnosis : {"severe", "common", "mixed"}
    year : int
        Year of the euros and of the rules.
    """

    placed: Group
    change: Change | None = None
    months: int = Field(default=12, ge=MONTHS_MIN, le=MONTHS_MAX)
    before: Cost | None = None
    after: Cost | None = None
    comparison_change: Change | None = None
    comparison: Group | None = None
    randomised: bool = False
    after_crisis: bool = False
    enrolled: Group | None = None
    still_working: People | None = None
    off_benefit: People | None = None
    hours: float | None = Field(default=None, gt=0, le=60, allow_inf_nan=False)
    diagnosis: Diagnosis = "mixed"
    year: int = Field(default=2018, ge=2015, le=2100)

    @model_validator(mode="after")
    def _whole(self) -> Claim:
        if self.change is None and (self.before is None or self.after is None):
            raise ValueError("no_change")
        if self.change is None and self.after / self.before - 1 > LARGEST_CHANGE:
            raise ValueError("euros_too_far")
        if (self.comparison_change is None) != (self.comparison is None):
            raise ValueError("half_comparison")
        if self.randomised and self.comparison is None:
            raise ValueError("lottery_without_comparison")
        return self

    @property
    def observed(self) -> float:
        """Observed change: the percentage, or that of the amounts when there is none."""
        return self.change if self.change is not None else self.after / self.before - 1

    @property
    def selected(self) -> bool:
        """Whether the change is that of the people placed only: a group chosen by its outcome."""
        return self.enrolled is None or self.enrolled > self.placed

    @property
    def in_work_at_end(self) -> int | None:
        """People still in work, when that number can be: no more than were placed."""
        possible = self.still_working is not None and self.still_working <= self.placed
        return self.still_working if possible else None


def make_claim(**fields: Any) -> Claim:
    """A claim, with every mistake in it as one message.

    Parameters
    ----------
    **fields
        As for :class:`Claim`; texts are taken as numbers where possible.

    Raises
    ------
    WerkzorgError
        Code INPUT, with a problem for each field that cannot be, named as the option of the command line.
    """
    try:
        return Claim(**fields)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        raise WerkzorgError(ExitCode.INPUT, *(_problem(entry) for entry in found)) from None


def _problem(entry: dict[str, Any]) -> Problem:
    if not entry["loc"]:
        return Problem(f"claim.{entry['ctx']['error']}")
    field = str(entry["loc"][0])
    limits = {
        "change": "-99% - +1000%",
        "comparison_change": "-99% - +1000%",
        "months": f"{MONTHS_MIN} - {MONTHS_MAX}",
        "before": "1 - 10000000",
        "after": "1 - 10000000",
        "hours": "1 - 60",
        "diagnosis": "severe, common, mixed",
        "year": "2015 - 2100",
        "still_working": f"0 - {MOST_PEOPLE}",
        "off_benefit": f"0 - {MOST_PEOPLE}",
    }
    option = "--" + field.replace("_", "-")
    return Problem("claim.value", where=option, values={"allowed": limits.get(field, f"1 - {MOST_PEOPLE}")})


def read_percentage(text: str, option: str) -> float:
    """A change as people write it: `-40%`, `-40,5 %`, `+12%`, or as a fraction between -1 and 1, `-0.4`.

    Parameters
    ----------
    text : str
        What was written.
    option : str
        Name of the option, for the message.

    Raises
    ------
    WerkzorgError
        Code INPUT: no number, or a number of 1 and more without a percent sign, which could mean two things.
    """
    found = _PERCENTAGE.fullmatch(text.strip())
    if not found:
        raise WerkzorgError(ExitCode.INPUT, Problem("claim.no_percentage", where=option))
    size = float(found["digits"].replace(",", "."))
    if not found["percent"] and size >= 1:
        raise WerkzorgError(ExitCode.INPUT, Problem("claim.no_percent_sign", where=option))
    size = size / 100 if found["percent"] else size
    return size if found["sign"] in ("", "+") else -size


def read_euros(text: str, option: str, lang: str) -> float:
    """An amount as people write it: `7500`, and in Dutch `€ 7.500,50`, in English `€7,500.50`.

    Parameters
    ----------
    text : str
    option : str
        Name of the option, for the message.
    lang : {"nl", "en"}
        Which separators hold; nothing is guessed.

    Raises
    ------
    WerkzorgError
        Code INPUT: no amount.
    """
    found = _MONEY[lang].fullmatch(text.strip())
    if not found:
        raise WerkzorgError(ExitCode.INPUT, Problem("claim.no_euros", where=option))
    cents = found[2] if found[2] not in (None, "-") else "0"
    return float(re.sub(r"\D", "", found[1]) + "." + cents)
