"""What practices other than a placement programme write down, and the base of everything in a pilot file."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


class Part(BaseModel):
    """Base of everything in a pilot file: unknown keys are errors, nothing changes afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Text(Part):
    """A text in Dutch and English."""

    nl: str = Field(min_length=1, max_length=600)
    en: str = Field(min_length=1, max_length=600)


def _alike(value: Any) -> Any:
    """One text for both languages, as a name that is not translated."""
    return {"nl": value, "en": value} if isinstance(value, str) else value


RegionName = Annotated[Text, BeforeValidator(_alike)]
"""A region: its name, or a description in both languages."""


class Source(Part):
    """Where a fact was read."""

    title: str
    publisher: str | None = None
    year: int | None = None
    url: str | None = None
    status: Literal["verified", "recalled", "assumption", "derived"]


class Employed(Part):
    """Participants whom the programme itself gives a paid job for a number of months, as experts-by-experience.

    `number` is the parameter with their number, `pay` the component of the support package with what they are paid: by
    its payer to the employer, who pays them the wage of a job.
    """

    number: str
    pay: str
    months: int = Field(default=12, ge=1, le=60)


class Reach(Part):
    """A programme that reaches many people with little: what makes it worth its money is how much it does per person.

    `effect` is the parameter of the effect per person reached, `contacts` that of contacts per person.
    """

    effect: str
    contacts: str


class SurveyShare(Part):
    """A share of the respondents of a survey."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{1,40}$")
    label: Text
    share: float = Field(ge=0, le=1)


class Survey(Part):
    """A published survey in several municipalities about support that people value, and that they get.

    `intraclass` and `association` are parameters: how alike the answers in one municipality are, and how far support
    reaches those who value it. `results` is a file with the answers of further municipalities.
    """

    respondents: int = Field(ge=10)
    municipalities: int = Field(ge=2)
    valued: SurveyShare
    received: SurveyShare
    intraclass: str
    association: str
    inhabitants: int = Field(gt=0)
    results: str | None = None
    source: Source


class Flows(Part):
    """Monthly counts of inflow and outflow per target group, in a file beside the pilot file.

    `synthetic` says that the counts are made up; `names` holds target groups of the file that read otherwise in a
    report.
    """

    file: str = Field(min_length=1, max_length=300)
    synthetic: bool = False
    names: dict[str, Text] = {}
    source: Source


class ClientManager(Part):
    """What a change of client manager costs: names of the parameters."""

    changes_year: str
    hours: str
    relapse: str
