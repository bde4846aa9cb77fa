"""What an analyst writes down about a pilot: who, when, how many, which support, which local values.

The classes here only hold and check; reading a pilot file is :func:`werkzorg.params.load_pilot`.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, PrivateAttr, field_validator, model_validator
from pydantic_core import PydanticCustomError

from werkzorg.pilot_parts import ClientManager, Employed, Flows, Part, Reach, RegionName, Source, Survey, Text

Category = Literal["working", "applying", "in_mediation", "left"]
CATEGORIES: tuple[Category, ...] = ("working", "applying", "in_mediation", "left")
"""States in which a pilot counts its participants, in the order of the counts likelihood."""

Instrument = Literal["loonkostensubsidie", "no_risk", "employer_benefits", "disregard"]
"""Instruments of the law that a pilot may use."""

HOUSEHOLDS = ("single", "single_parent", "couple", "cost_sharer")
"""Household types of the Participatiewet norms that a pilot may mix."""


class Snapshot(Part):
    """Counts of all participants on one day.

    `enrolled` counts everyone who ever enrolled up to the date; the participants that no state
    accounts for may be in the states named in `unaccounted_may_be`.
    """

    date: date
    enrolled: int = Field(ge=1)
    working: int = Field(ge=0)
    applying: int = Field(default=0, ge=0)
    in_mediation: int = Field(default=0, ge=0)
    left: int = Field(default=0, ge=0)
    unaccounted_may_be: tuple[Category, ...] = CATEGORIES
    source: Source

    @property
    def unaccounted(self) -> int:
        """Participants that no state accounts for."""
        return self.enrolled - self.working - self.applying - self.in_mediation - self.left


class Criterion(Part):
    """The pilot's own success criterion."""

    at_least: int = Field(ge=1)
    of: int = Field(ge=1)
    measure: Literal["placed", "working"]
    source: Source


class Municipality(Part):
    """A member municipality; its size decides which part of saved bijstand it keeps."""

    name: str
    inhabitants: int = Field(gt=0)
    source: Source


class Component(Part):
    """One line of the support package: count of the driver x factors / divisors x price, paid by a party.

    Drivers: `pilot` (once), `participant` (once each), `search_month` (month of searching in the
    programme), `work_month_year1|2|3` (supported month at work in that year of the job). The amounts of
    the first two are spread evenly over the first `spread_months`. `provider` is the party that delivers:
    `outside` buys real resources directly; another party first receives the money and then spends it.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{1,40}$")
    label: Text
    driver: Literal["pilot", "participant", "search_month", "work_month_year1", "work_month_year2", "work_month_year3"]
    times: tuple[str | float, ...] = ()
    divided_by: tuple[str | float, ...] = ()
    price: str
    payer: str
    provider: str = "outside"
    spread_months: int = Field(default=1, ge=1, le=36)
    variant: dict[str, str] = Field(default_factory=dict)

    @property
    def saves(self) -> bool:
        """Whether it is something that the programme prevents: a negative cost, by a negative number in `times`."""
        return any(isinstance(factor, float) and factor < 0 for factor in self.times)

    @property
    def saves_ggz_care(self) -> bool:
        """Whether it is GGZ care that the programme prevents: the insurer pays the institution less."""
        return self.saves and (self.payer, self.provider) == ("insurer", "ggz_institution")

    @property
    def item(self) -> str:
        """Item of the ledger; what the programme prevents stands apart from what it costs."""
        return f"{'saved' if self.saves else 'support'}_{self.id}"


class Subsidy(Part):
    """A subsidy that repays named components up to a maximum for the whole pilot, in their proportion."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{1,40}$")
    label: Text
    payer: str
    covers: tuple[str, ...] = Field(min_length=1)
    maximum: str


class SupportPackage(Part):
    """Components, subsidies and the instruments of the law that the pilot uses.

    `packages` names files of `params/components/`, whose components are read as if they stood in the pilot file.
    """

    packages: tuple[str, ...] = ()
    components: tuple[Component, ...] = ()
    subsidies: tuple[Subsidy, ...] = ()
    variants: dict[str, str] = Field(default_factory=dict)
    instruments: tuple[Instrument, ...] = ()

    def active(self) -> tuple[Component, ...]:
        """Components whose variant is the chosen one."""
        return tuple(
            part
            for part in self.components
            if all(self.variants.get(key) == value for key, value in part.variant.items())
        )


class HouseholdMix(Part):
    """Shares of household types; they add up to one."""

    single: float = Field(ge=0, le=1)
    single_parent: float = Field(ge=0, le=1)
    couple: float = Field(ge=0, le=1)
    cost_sharer: float = Field(ge=0, le=1)
    source: Source

    @model_validator(mode="after")
    def _adds_up(self) -> HouseholdMix:
        if abs(sum(self.shares().values()) - 1) > 1e-6:
            raise ValueError("household shares do not add up to 1")
        return self

    def shares(self) -> dict[str, float]:
        """Share per household type, by name."""
        return {name: getattr(self, name) for name in HOUSEHOLDS}


class ValueChange(Part):
    """Another value of one parameter: given anew, as it was on a date, or times a factor.

    `values` or `distribution` are those of a local value and need `source` and `status`; `held_at` keeps the value that
    is in force on a date for all dates; `factor` multiplies every dated value, with its interval.
    """

    values: Any = None
    distribution: Any = None
    held_at: date | None = None
    factor: float | None = Field(default=None, gt=0)
    source: Any = None
    status: Any = None
    grade: Any = None
    note: Any = None

    @model_validator(mode="after")
    def _one_way(self) -> ValueChange:
        ways = ("values", "distribution", "held_at", "factor")
        if sum(getattr(self, way) is not None for way in ways) != 1:
            raise PydanticCustomError("params.scenario_one_way", "{key}", {"key": "values", "ways": ", ".join(ways)})
        return self


class SupportChanges(Part):
    """Another support package: shipped sets that come on top, chosen variants, instruments, components left out."""

    packages: tuple[str, ...] = ()
    variants: dict[str, str] = Field(default_factory=dict)
    instruments: tuple[Instrument, ...] | None = None
    without: tuple[str, ...] = ()


class Payment(Part):
    """A payment that parties agree on in a scenario, in euros of the price year of the pilot.

    Per participant at the start (`upfront`), per participant who gets a job (`placement`), or per month worked
    (`month`): all of the programme, not the difference with people without it.
    """

    kind: Literal["upfront", "placement", "month"]
    payer: str
    payee: str
    amount: float = Field(ge=0, allow_inf_nan=False)


class Changes(Part):
    """What is different in a scenario; everything that is not named stays as in its parent.

    `after_counts` shifts the logarithm of parameters of the chain by draws of another parameter, after the counts have
    spoken: the counts were made in the circumstances of their own day.
    """

    participants_planned: int | None = Field(default=None, ge=1, le=100_000)
    scale: Literal["local", "national"] | None = None
    horizon_months: int | None = None
    main_horizon_months: int | None = None
    evidence_set: Literal["neutral", "sceptical", "optimistic"] | None = None
    support: SupportChanges = SupportChanges()
    parameters: dict[str, ValueChange] = Field(default_factory=dict)
    after_counts: dict[str, str] = Field(default_factory=dict)
    contract: tuple[Payment, ...] | None = None


class Scenario(Part):
    """A named set of changes to a pilot, or to another scenario that is its parent.

    `kind` says what a reader may do with it: a `choice` can be made, a `circumstance` happens, `evidence` is what one
    believes, `horizon` is how far one looks, `place` is another region. `pilots` names the pilots it fits; without it,
    it fits all. `not_with` names keys of a pilot with which it means nothing.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9-]{1,40}$")
    name: Text
    kind: Literal["choice", "circumstance", "evidence", "horizon", "place"]
    parent: str | None = None
    pilots: tuple[str, ...] | None = None
    not_with: tuple[Literal["reach", "survey", "flows"], ...] = ()
    changes: Changes = Changes()
    note: Text | None = None


class Accountability(Part):
    """What only people can say in the account of an evaluation; each in a sentence or two.

    Keys follow the reporting checklist (`reporting.checklist`); what is left out is shown as missing.
    """

    decision: Text | None = None
    analysis_plan: Text | None = None
    setting: Text | None = None
    comparison: Text | None = None
    perspectives: Text | None = None
    outcomes: Text | None = None
    engagement: Text | None = None
    engagement_changes: Text | None = None
    findings: Text | None = None
    funding: Text | None = None
    interests: Text | None = None
    displacement: Text | None = None
    decision_rule: Text | None = None
    confounding: Text | None = None
    concept_checked: Text | None = None
    data_checked: Text | None = None
    outcomes_checked: Text | None = None


class Pilot(Part):
    """A pilot as written down by an analyst.

    `data` declares the files with case records; the room `cases` checks and reads it (`cases.declaration`). Months
    count from `start`; amounts are in euros of the year of `valuation_date`.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9-]{1,40}$")
    name: Text
    region: RegionName
    start: date
    enrolment_closes: date
    end: date
    valuation_date: date
    participants_planned: int = Field(ge=1, le=100_000)
    scale: Literal["local", "national"] = "local"
    horizon_months: int = 120
    main_horizon_months: int = 60
    evidence_set: Literal["neutral", "sceptical", "optimistic"] = "neutral"
    snapshots: tuple[Snapshot, ...]
    criterion: Criterion | None = None
    municipalities: tuple[Municipality, ...] = Field(min_length=1)
    households: HouseholdMix
    support: SupportPackage
    employed: Employed | None = None
    reach: Reach | None = None
    survey: Survey | None = None
    flows: Flows | None = None
    client_manager: ClientManager | None = None
    parameters: tuple[dict[str, Any], ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    data: dict[str, Any] | None = None
    assumed: tuple[Text, ...] = ()
    accountability: Accountability = Accountability()
    source: Source
    _folder: Path = PrivateAttr(default_factory=Path)

    def beside(self, name: str) -> Path:
        """A file that stands beside the pilot file."""
        return self._folder / name

    def placed_in(self, folder: Path) -> Pilot:
        """The pilot with the folder of its file; what is written down about it stays the same."""
        placed = self.model_copy()
        placed._folder = folder
        return placed

    @field_validator("id")
    @classmethod
    def _not_reserved(cls, value: str) -> str:
        # Names that Windows keeps for devices.
        if re.fullmatch(r"con|prn|aux|nul|(com|lpt)[0-9]", value):
            raise ValueError("reserved file name")
        return value

    @property
    def price_year(self) -> int:
        """Year whose euros all amounts are in."""
        return self.valuation_date.year

    @property
    def money_unit(self) -> str:
        """Unit of all amounts, as `EUR_2018`."""
        return f"EUR_{self.price_year}"

    @property
    def last_snapshot(self) -> Snapshot | None:
        """The newest snapshot, or None when the pilot has no counts."""
        return self.snapshots[-1] if self.snapshots else None

    def horizons(self) -> tuple[int, ...]:
        """Months of the horizons that are reported: 1, 2, 3, 5, 10 years as far as they fit, and the whole."""
        wanted = {12, 24, 36, 60, 120, self.main_horizon_months, self.horizon_months}
        return tuple(sorted(month for month in wanted if month <= self.horizon_months))


def months_between(first: date, second: date) -> float:
    """Months from the first to the second date, days counted as parts of an average month.

    Parameters
    ----------
    first, second : date
        Calendar dates.

    Returns
    -------
    float
        Months; negative when the second date lies before the first.
    """
    return (second - first).days / (365.2425 / 12)
