"""The problem on the table: who must not lose, who may pay, what can be counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import xarray as xr

from werkzorg.appraisal.contracts.amounts import as_well_off, draws_needed
from werkzorg.appraisal.contracts.rules import NEVER_PAY, Agreement, Basis, Rule, pay

SAVING_OF = {"municipality": "bijstand", "state": "bijstand", "insurer": "ggz", "zvw_fund": "ggz"}
"""Saving that each payer can share: the one in its own field. Other parties pay sums only."""

CAPS = (0.5, 0.8)
"""Quantiles of the measured saving above which it no longer counts, for a capped share next to a second rule."""

Array = np.ndarray


@dataclass(frozen=True)
class Candidate:
    """A rule without its amount.

    Parameters
    ----------
    rule : Rule
        At an amount of 1.
    counted : ndarray (draw,)
        What it pays at that amount, euros for the whole pilot.
    most : float
        Largest amount that makes sense: 1 for a share.
    """

    rule: Rule
    counted: Array
    most: float

    @cached_property
    def mean(self) -> float:
        """Mean payment at an amount of 1."""
        return float(self.counted.mean())

    def sign(self, party: str) -> int:
        """+1 for the payee, -1 for the payer, else 0."""
        return (party == self.rule.payee) - (party == self.rule.payer)


@dataclass(frozen=True)
class Bargain:
    """The problem on the table.

    Parameters
    ----------
    net : dict of ndarray (draw,)
        Net result of each party for the whole pilot, euros.
    quantities : Dataset
        As for :func:`werkzorg.appraisal.contracts.rules.pay`.
    table : tuple of str
        Parties that must be at least as well off.
    guests : tuple of str
        Parties that may pay; one that does must be at least as well off too.
    target : dict of float
        Probability asked for, per party.
    basis : {"causal", "claimed"}
        Measured saving that shares are paid on.
    """

    net: Mapping[str, Array]
    quantities: xr.Dataset
    table: tuple[str, ...]
    guests: tuple[str, ...]
    target: Mapping[str, float]
    basis: Basis = "causal"

    @classmethod
    def of(
        cls,
        net: xr.DataArray,
        quantities: xr.Dataset,
        probability: float | Mapping[str, float],
        table: Sequence[str],
        guests: Sequence[str] = (),
        basis: Basis = "causal",
    ) -> Bargain:
        """Build from labelled arrays; one probability counts for every party.

        Raises
        ------
        ValueError
            A probability outside 0 to 1, a party without net result, or draws that are not the same.
        """
        names = [*table, *(guest for guest in guests if guest not in table)]
        missing = set(names) - set(net["party"].values.tolist())
        if missing or not table:
            raise ValueError(f"no net result for {sorted(missing)}" if missing else "nobody at the table")
        chances = dict.fromkeys(names, probability) if not isinstance(probability, Mapping) else dict(probability)
        if set(names) - set(chances) or not all(0 <= chances[name] <= 1 for name in names):
            raise ValueError("each party needs a probability of 0 to 1")
        if not np.array_equal(net["draw"].values, quantities["draw"].values):
            raise ValueError("net results and quantities have different draws")
        results = {name: net.sel(party=name).values.astype(float) for name in names}
        return cls(results, quantities, tuple(table), tuple(names[len(table) :]), chances, basis)

    @property
    def draws(self) -> int:
        """Number of draws."""
        return int(self.quantities.sizes["draw"])

    def needed(self, party: str) -> int:
        """Draws in which a party must not lose."""
        return draws_needed(self.target[party], self.draws)

    @cached_property
    def short(self) -> tuple[str, ...]:
        """Parties at the table that do not reach their probability without a contract."""
        return tuple(name for name in self.table if not self.satisfied(name))

    def satisfied(self, party: str, moved: Array | float = 0.0, size: Array | float = 0.0) -> bool:
        """Whether a party reaches its probability when `moved` is added to its result."""
        return int(as_well_off(self.net[party], np.asarray(moved), size).sum()) >= self.needed(party)

    def payers(self) -> tuple[str, ...]:
        """Parties that a rule may make pay."""
        return tuple(name for name in (*self.table, *self.guests) if name not in NEVER_PAY)

    def candidates(self, payer: str, payee: str) -> list[Candidate]:
        """Rules between two parties, each without its amount; none that can never pay anything."""
        if (payer, payee) not in self._made:
            self._made[payer, payee] = self._make_candidates(payer, payee)
        return self._made[payer, payee]

    @cached_property
    def _made(self) -> dict[tuple[str, str], list[Candidate]]:
        return {}

    def _make_candidates(self, payer: str, payee: str) -> list[Candidate]:
        named = {"payer": payer, "payee": payee}
        made = [self.candidate(Rule(kind=kind, amount=1, **named)) for kind in ("upfront", "placement", "month")]
        if payer in SAVING_OF:
            share = Rule(kind="saving", saving=SAVING_OF[payer], basis=self.basis, amount=1, **named)
            saved = pay(share, self.quantities).values
            caps = [float(np.quantile(saved, level)) for level in CAPS]
            capped = [share.model_copy(update={"cap": cap}) for cap in caps if 0 < cap < saved.max()]
            made += [self.candidate(rule) for rule in (share, *capped)]
        return [candidate for candidate in made if candidate.mean > 0]

    def candidate(self, rule: Rule) -> Candidate:
        """A rule at an amount of 1, with what it pays."""
        return Candidate(rule, pay(rule, self.quantities).values, 1.0 if rule.kind == "saving" else np.inf)

    def accepts(self, agreement: Agreement) -> bool:
        """Whether everyone at the table, and every payer, reaches its probability under an agreement: all draws."""
        named = {rule.payer for rule in agreement} | {rule.payee for rule in agreement}
        return all(self.satisfied(party, *self.moved(agreement, party)) for party in {*self.table, *named})

    def chance(self, agreement: Agreement, party: str) -> float:
        """Probability that a party is at least as well off under an agreement."""
        return float(as_well_off(self.net[party], *self.moved(agreement, party)).mean())

    def moved(self, agreement: Agreement, party: str) -> tuple[Array, Array]:
        """What an agreement adds to the result of a party, and the size of all its payments, per draw."""
        own = [(rule, pay(rule, self.quantities).values) for rule in agreement if party in (rule.payer, rule.payee)]
        zero = np.zeros(self.draws)
        signed = sum((flow if rule.payee == party else -flow for rule, flow in own), zero)
        return signed, sum((flow for _, flow in own), zero)

    def cost(self, agreement: Agreement) -> float:
        """Mean of all payments together, euros for the whole pilot: what an agreement moves."""
        return float(sum(pay(rule, self.quantities).values.mean() for rule in agreement))
