"""From the catalogue to the law of a date: which rules exist, who pays, and amounts in euros of one year."""

from __future__ import annotations

from datetime import date

from werkzorg.params import Catalogue
from werkzorg.rules.law import (
    BijstandLaw,
    BuigLaw,
    Disregard,
    EmployerLaw,
    EqualisationLaw,
    Law,
    LivLaw,
    NoRiskLaw,
    SubsidyLaw,
    TaxLaw,
    WageLaw,
)


class _Reader:
    """Look-ups for one pair of dates: rules by law date, prices by valuation date."""

    def __init__(self, catalogue: Catalogue, law_date: date, valuation_date: date) -> None:
        self.catalogue, self.law_date, self.valuation_date = catalogue, law_date, valuation_date

    def rule(self, identifier: str) -> float:
        """Share, number or limit that holds on the law date."""
        return self.catalogue.value(identifier, self.law_date)

    def price(self, identifier: str) -> float:
        """Share that belongs to the prices of the valuation date (tax rates, premiums)."""
        return self.catalogue.value(identifier, self.valuation_date)

    def money(self, identifier: str) -> float:
        """Amount that grows with wages or prices, in euros of the valuation year."""
        return self.catalogue.amount(identifier, self.valuation_date).value

    def fixed(self, identifier: str) -> float:
        """Nominally fixed amount of the law date: it loses value as prices rise, so it is moved by the CPI."""
        nominal = self.rule(identifier)
        years = self.catalogue.index_years("cpi")
        from_year = min(max(self.law_date.year, years[0]), years[-1])
        return nominal * self.catalogue.index_factor("cpi", from_year, self.valuation_date.year)

    def exists(self, identifier: str) -> bool:
        """Whether the rule is in force on the law date."""
        return self.catalogue.in_force(identifier, self.law_date)


def law_on(catalogue: Catalogue, law_date: date, valuation_date: date) -> Law:
    """The law of a date in euros of a year.

    Parameters
    ----------
    catalogue : Catalogue
        With local overrides, if any.
    law_date : date
        Which rules exist and who pays.
    valuation_date : date
        Norms, wages, tax and prices.

    Returns
    -------
    Law

    Raises
    ------
    WerkzorgError
        When a value that is needed is not in force.
    """
    read = _Reader(catalogue, law_date, valuation_date)
    return Law(
        law_date=law_date,
        valuation_date=valuation_date,
        bijstand=_bijstand(read),
        wage=_wage(read),
        tax=_tax(read),
        subsidy=_subsidy(read),
        employer=_employer(read),
        no_risk=NoRiskLaw(
            share_first_year=read.rule("norisk.zw_share_first52w"),
            share_after=read.rule("norisk.zw_share_after"),
            sickness_rate=read.rule("sickness.rate_group"),
            take_up=read.rule("norisk.take_up_wajong"),
        ),
        buig=_buig(read),
        equalisation=EqualisationLaw(
            loss_share=read.rule("zvw.risk_equalisation.loss_share"),
            lag=read.rule("zvw.risk_equalisation.lag_years"),
        ),
    )


def _bijstand(read: _Reader) -> BijstandLaw:
    first = int(read.rule("bijstand.exempt.25pct.months"))
    return BijstandLaw(
        net_single=read.money("bijstand.net.single"),
        net_couple=read.money("bijstand.net.couple"),
        sharers=read.rule("bijstand.sharers"),
        sharer_fixed=read.rule("bijstand.kostendeler.fixed"),
        sharer_per_person=read.rule("bijstand.kostendeler.per_person"),
        disregard=Disregard(
            read.rule("bijstand.exempt.25pct.share"), read.money("bijstand.exempt.25pct.max"), 1, first
        ),
        disregard_single_parent=Disregard(
            read.rule("bijstand.exempt.singleparent.share"),
            read.money("bijstand.exempt.singleparent.max"),
            first + 1,
            first + int(read.rule("bijstand.exempt.singleparent.months")),
        ),
        disregard_lks=_disregard_lks(read, first),
    )


def _disregard_lks(read: _Reader, first: int) -> Disregard | None:
    if not read.exists("bijstand.exempt.lks15.share"):
        return None
    last = first + int(read.rule("bijstand.exempt.lks15.months"))
    return Disregard(read.rule("bijstand.exempt.lks15.share"), read.money("bijstand.exempt.lks15.max"), first + 1, last)


def _wage(read: _Reader) -> WageLaw:
    return WageLaw(
        minimum_hour=read.money("wml.hour36"),
        minimum_month=read.money("wml.month"),
        holiday=read.price("wml.holiday"),
        charges_total=read.price("employer.charges_total"),
        zvw_levy=read.price("zvw.employer_levy") / 100,
    )


def _tax(read: _Reader) -> TaxLaw:
    return TaxLaw(
        rate1=read.price("tax.bracket1"),
        limit1=read.money("tax.bracket1.limit"),
        rate2=read.price("tax.bracket2"),
        general_maximum=read.money("tax.ahk_max"),
        general_start=read.money("tax.ahk.start"),
        general_down=read.price("tax.ahk.rate_down"),
        work_rates=(read.price("tax.ak.rate1"), read.price("tax.ak.rate2"), read.price("tax.ak.rate3")),
        work_limits=(read.money("tax.ak.limit1"), read.money("tax.ak.limit2"), read.money("tax.ak.limit3")),
        work_down=read.price("tax.ak.rate_down"),
    )


def _subsidy(read: _Reader) -> SubsidyLaw:
    return SubsidyLaw(
        cap=read.rule("lks.cap"),
        uplift=read.rule("lks.employer_charges"),
        forfait_share=read.rule("lks.forfait.share"),
        forfait_months=read.rule("lks.forfait.months"),
        reference_hours=read.rule("lks.reference_hours"),
        municipal_share=read.rule("lks.funding.municipal_net_share"),
    )


def _employer(read: _Reader) -> EmployerLaw:
    liv = None
    if read.exists("liv.hours_min"):
        liv = LivLaw(
            hour=read.fixed("liv.hour"),
            maximum=read.fixed("liv.max"),
            upper_hour=read.fixed("liv.upper.hour"),
            upper_maximum=read.fixed("liv.upper.max"),
            hours_least=read.rule("liv.hours_min"),
            wage_middle=read.rule("liv.wage_middle"),
            wage_high=read.rule("liv.wage_high"),
        )
    return EmployerLaw(
        lkv_hour=read.fixed("lkv.banenafspraak.hour"),
        lkv_maximum=read.fixed("lkv.banenafspraak.max"),
        lkv_months=12 * read.rule("lkv.banenafspraak.years"),
        liv=liv,
    )


def _buig(read: _Reader) -> BuigLaw:
    return BuigLaw(
        historical_below=read.rule("buig.historical_below"),
        objective_above=read.rule("buig.objective_above"),
        objective_first=read.rule("buig.retention.objective.year1"),
        objective_later=read.rule("buig.retention.objective.year2plus"),
        historical_first=read.rule("buig.retention.historical.year1_2"),
        historical_later=read.rule("buig.retention.historical.year3plus"),
        national_later=read.rule("buig.retention.national_rollout.year2plus"),
        macro_lag=read.rule("buig.lag_years"),
        historical_lag=read.rule("buig.historical_lag_years"),
    )
