"""What comes to the negotiation table: the simplest agreement, or why none exists; the alternatives; and the claims."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import xarray as xr

from werkzorg.appraisal.contracts.amounts import as_well_off
from werkzorg.appraisal.contracts.bargain import SAVING_OF, Bargain
from werkzorg.appraisal.contracts.limits import AnyContract, Standing, any_contract, blockers, standings, worst_mean
from werkzorg.appraisal.contracts.rules import Agreement, Basis, Rule, pay
from werkzorg.appraisal.contracts.search import highest, search
from werkzorg.appraisal.contracts.several import highest_several, search_several

PUBLIC_FUNDS = ("state", "uwv", "zvw_fund")
"""Guests: public purses outside the table that savings and premiums flow into."""

FRONT = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
"""Probabilities asked of all parties along the front."""

SHARE_SHOWN = 0.10
"""Share of a saving in the comparison of claims: payments are proportional to it, a tenth reads easily."""

Verdict = Literal["none_needed", "at_table", "with_guests", "several", "none"]


@dataclass(frozen=True)
class Outcome:
    """What an agreement does.

    Parameters
    ----------
    agreement : tuple of Rule
    cost : float
        Mean of all payments together, euros for the whole pilot.
    probability, worst, mean : dict of float
        Per party at the table and per payer: chance to be at least as well off, mean of the worst tenth, mean net.
    """

    agreement: Agreement
    cost: float
    probability: Mapping[str, float]
    worst: Mapping[str, float]
    mean: Mapping[str, float]

    @property
    def least(self) -> float:
        """Smallest probability of all parties."""
        return min(self.probability.values())


@dataclass(frozen=True)
class Claim:
    """A share of a saving, paid on what is claimed and on what the programme caused.

    Parameters
    ----------
    causal, claimed : Rule
        The same share on either.
    paid_causal, paid_claimed : float
        Mean payments, euros for the whole pilot.
    probability_causal, probability_claimed : float
        Chance that the payer is at least as well off with either rule.
    overpays : float
        Chance that the payer pays more on the claimed saving.
    """

    causal: Rule
    claimed: Rule
    paid_causal: float
    paid_claimed: float
    probability_causal: float
    probability_claimed: float
    overpays: float


@dataclass(frozen=True)
class Negotiation:
    """All that is said about a target.

    Parameters
    ----------
    verdict : {"none_needed", "at_table", "with_guests", "several", "none"}
        Nothing need be paid; the table can settle it with one or two rules; it can with others who pay; only more
        rules do it; none was found.
    target : dict of float
        Probability asked for, per party.
    table, guests : tuple of str
    chosen : Outcome or None
        Fewest terms (rules and caps), then the smallest mean payment.
    options : tuple of Outcome
        The best few agreements in that order; the first is the chosen one.
    bound : float
        No agreement of one or two rules moves less; infinite when it is proven that none exists.
    standings : tuple of Standing
    blockers : tuple of str
        Who blocks at the table with all guests; empty when an agreement exists.
    table_only, with_all : AnyContract
        Whether a contract of any form at all is excluded: between those at the table alone, and with the guests.
    highest : float
        Highest probability, the same for all, at which an agreement of at most two rules exists.
    at_highest : Outcome or None
    most : float
        Highest probability at which one of any number of rules was found; only looked for when the verdict is none.
    at_most : Outcome or None
        None when no number of rules was found to give more than two.
    front : tuple of Outcome
        Cheapest agreement at rising probabilities, only those that are not dominated.
    claims : tuple of Claim
    """

    verdict: Verdict
    target: Mapping[str, float]
    table: tuple[str, ...]
    guests: tuple[str, ...]
    chosen: Outcome | None
    options: tuple[Outcome, ...]
    bound: float
    standings: tuple[Standing, ...]
    blockers: tuple[str, ...]
    table_only: AnyContract
    with_all: AnyContract
    highest: float
    at_highest: Outcome | None
    most: float
    at_most: Outcome | None
    front: tuple[Outcome, ...]
    claims: tuple[Claim, ...]


def negotiate(
    net: xr.DataArray,
    quantities: xr.Dataset,
    probability: float | Mapping[str, float],
    table: Sequence[str],
    guests: Sequence[str] = PUBLIC_FUNDS,
    basis: Basis = "causal",
) -> Negotiation:
    """The simplest agreement under which everyone is at least as well off often enough, or why there is none.

    Parameters
    ----------
    net : DataArray (draw, party)
        Net result per party for the whole pilot, euros.
    quantities : Dataset
        What rules can count, see :func:`werkzorg.appraisal.contracts.rules.pay`.
    probability : float or mapping
        Chance to be at least as well off, for every party or per party.
    table : sequence of str
        Parties that must be at least as well off.
    guests : sequence of str
        Parties that may be asked to pay when the table alone cannot settle it; who pays must be at least as well off.
    basis : {"causal", "claimed"}
        Measured saving that shares are paid on.

    Returns
    -------
    Negotiation
        The criterion is: fewest terms (rules and caps in them), then the smallest mean of all payments together.

    Notes
    -----
    Agreements have at most two rules. One rule, two rules that pay different parties, and a chain are exact; where two
    rules pay the same party the answer is within a ten-thousandth (`pairs.CLOSE`). A single share gets the best of all
    caps; caps next to a second rule are tried at `bargain.CAPS` only. Every agreement is checked on all draws. More
    rules are only looked for (:mod:`werkzorg.appraisal.contracts.several`) when it is shown that two will not do.
    """
    alone = Bargain.of(net, quantities, probability, table, (), basis)
    wide = Bargain.of(net, quantities, probability, table, guests, basis)
    found, bargain = search(alone), alone
    if not found.exists and wide.guests:
        found, bargain = search(wide), wide
    excluded = any_contract(wide)
    more = None if found.exists or excluded.impossible else search_several(wide)
    options = tuple(judge(agreement, bargain) for agreement in (found.agreements if more is None else (more,)))

    def at(level: float) -> Bargain:
        return Bargain.of(net, quantities, level, table, guests, basis)

    best, agreement = highest(at)
    most, at_most = (best, None) if options else highest_several(at, best)
    stand = standings(wide)
    return Negotiation(
        verdict=_verdict(options, bargain) if more is None else "several",
        target=wide.target,
        table=wide.table,
        guests=wide.guests,
        chosen=options[0] if options else None,
        options=options,
        bound=found.bound,
        standings=stand,
        blockers=() if options else blockers(wide, stand),
        table_only=any_contract(alone),
        with_all=excluded,
        highest=best,
        at_highest=None if agreement is None else judge(agreement, wide),
        most=most,
        at_most=None if at_most is None else judge(at_most, wide),
        front=front(net, quantities, table, guests, basis),
        claims=compare_claims(wide),
    )


def _verdict(options: tuple[Outcome, ...], bargain: Bargain) -> Verdict:
    if not options:
        return "none"
    if not options[0].agreement:
        return "none_needed"
    return "with_guests" if bargain.guests else "at_table"


def judge(agreement: Agreement, bargain: Bargain) -> Outcome:
    """What any agreement, found or proposed, does to the parties at the table and to its payers."""
    named = dict.fromkeys((*bargain.table, *(rule.payer for rule in agreement), *(rule.payee for rule in agreement)))
    chances, worst, mean = {}, {}, {}
    for party in named:
        after = bargain.net[party] + bargain.moved(agreement, party)[0]
        chances[party] = bargain.chance(agreement, party)
        worst[party], mean[party] = worst_mean(after), float(after.mean())
    return Outcome(agreement, bargain.cost(agreement), chances, worst, mean)


def front(
    net: xr.DataArray,
    quantities: xr.Dataset,
    table: Sequence[str],
    guests: Sequence[str] = PUBLIC_FUNDS,
    basis: Basis = "causal",
    levels: Sequence[float] = FRONT,
) -> tuple[Outcome, ...]:
    """What more certainty for all costs: the cheapest agreement at each probability, without dominated ones.

    Parameters
    ----------
    net, quantities, table, guests, basis
        As for :func:`negotiate`.
    levels : sequence of float
        Probabilities asked of all parties, rising.

    Returns
    -------
    tuple of Outcome
        Rising in cost and in the smallest probability of all parties; ends where nothing more is feasible.
    """
    points: list[Outcome] = []
    for level in levels:
        bargain = Bargain.of(net, quantities, level, table, guests, basis)
        found = search(bargain)
        if not found.exists:
            break
        points.append(judge(min(found.agreements, key=bargain.cost), bargain))
    return tuple(
        point
        for point in points
        if not any(
            (other.cost <= point.cost and other.least > point.least)
            or (other.cost < point.cost and other.least >= point.least)
            for other in points
        )
    )


def compare_claims(bargain: Bargain, share: float = SHARE_SHOWN) -> tuple[Claim, ...]:
    """For each payer at the table that can share a saving: the same share on the claimed and on the causal saving.

    Parameters
    ----------
    bargain : Bargain
    share : float
        Fraction of the saving that is paid.

    Returns
    -------
    tuple of Claim
        The payee does not matter to what is paid.
    """
    claims = []
    for payer in bargain.table:
        payee = next((name for name in reversed(bargain.table) if name != payer), None)
        if payer not in SAVING_OF or payee is None:
            continue
        causal, claimed = (
            Rule(kind="saving", saving=SAVING_OF[payer], basis=basis, payer=payer, payee=payee, amount=share)
            for basis in ("causal", "claimed")
        )
        paid = [pay(rule, bargain.quantities).values for rule in (causal, claimed)]
        chances = [float(as_well_off(bargain.net[payer], -flow).mean()) for flow in paid]
        overpays = float((paid[1] > paid[0]).mean())
        claims.append(Claim(causal, claimed, *(float(np.mean(flow)) for flow in paid), *chances, overpays))
    return tuple(claims)
