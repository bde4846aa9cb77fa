"""Rows about money: net result, flows, waterfall, cost and yield."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import xarray as xr

from werkzorg.appraisal.summary import ratio
from werkzorg.constants import BALANCE_TOLERANCE, MONTHS_PER_YEAR
from werkzorg.pilot import Pilot
from werkzorg.release.rows import Row, join, party_name, row
from werkzorg.release.sources import WORK, item_sources, party_sources, support_sources

AT_THE_TABLE = ("client", "municipality", "insurer", "ggz_institution")
"""Parties that must all gain for the all-win probability."""

SAVED = "saved_"
"""Start of the items that the programme prevents: no part of its cost."""

WATERFALL = {
    "municipality": (
        ("bijstand_saved", ("bijstand", "bijstand_tax")),
        ("wmo", ("wmo",)),
        ("loonkostensubsidie_net", ("loonkostensubsidie", "loonkostensubsidie_refund")),
        (SAVED, (SAVED,)),
        ("support", ("support_", "subsidy_")),
        ("budget_correction", ("budget_correction",)),
    ),
    "insurer": (
        ("ggz_outpatient", ("ggz_outpatient",)),
        ("ggz_admission", ("ggz_admission",)),
        (SAVED, (SAVED,)),
        ("ggz_refill", ("ggz_refill",)),
        ("support", ("support_", "subsidy_")),
        ("risk_equalisation", ("risk_equalisation",)),
    ),
}
"""Steps from gross to kept: name, and the items (or starts of items) in it. A step without entries is left out.

Each thing that the programme prevents is a step of its own, under the label that the pilot gives it.
"""


class Money:
    """Maker of the rows about money of one run.

    Parameters
    ----------
    pilot : Pilot
    appraisal : Dataset
        From :func:`werkzorg.appraisal.appraise.appraise`.
    ledger : Dataset
        Gives payer, payee and item of each entry.
    rests_on : str
        What the estimates rest on.
    """

    def __init__(self, pilot: Pilot, appraisal: xr.Dataset, ledger: xr.Dataset, rests_on: str) -> None:
        self.pilot, self.appraisal, self.ledger = pilot, appraisal, ledger
        self.rests_on = rests_on
        self.unit = pilot.money_unit
        self.main = pilot.main_horizon_months
        self.persons = pilot.participants_planned
        self.payer, self.payee, self.item = (ledger[name].values.astype(str) for name in ("payer", "payee", "item"))
        self.parties = [str(name) for name in appraisal["party"].values]

    def rows(self) -> Iterator[Row]:
        """All rows about money."""
        yield from self._net()
        yield from self._care_view()
        yield from self._chances()
        yield from self._cumulative()
        yield from self._flows()
        for party in WATERFALL:
            yield from self._waterfall(party)
        yield from self._ratios()

    def sources(self, party: str) -> str:
        """Parameter ids behind the net result of a party, in one cell."""
        touches = (self.payer == party) | (self.payee == party) if party != "society" else self.item != ""
        return join(party_sources(self.pilot, list(dict.fromkeys(self.item[touches]))))

    def _net(self) -> Iterator[Row]:
        for party in self.parties:
            name, sources = party_name(party), self.sources(party)
            for horizon in self.pilot.horizons():
                for view in self.appraisal["view"].values.tolist():
                    draws = self.appraisal["net"].sel(party=party, horizon=horizon, view=view).values
                    for per, size in (("participant", 1), ("pilot", self.persons)):
                        yield row(
                            f"net.{party}.{horizon}.{per}.{view}", "net", self.unit, self.rests_on,
                            party=party, horizon=horizon, view=view, per=per, draws=draws * size, parameters=sources,
                            names={"party": name, "months": horizon},
                        )  # fmt: skip

    def _care_view(self) -> Iterator[Row]:
        """Net results as an economic evaluation of care discounts them, for the table with all views."""
        for party in (*AT_THE_TABLE, "society"):
            yield row(
                f"net_care.{party}.{self.main}", "net_care", self.unit, self.rests_on, party=party, horizon=self.main,
                view="care", per="participant", draws=self.appraisal["net_care"].sel(party=party).values,
                parameters=join([*self.sources(party).split("; "), "disc.zin.costs"]),
                names={"party": party_name(party), "months": self.main},
            )  # fmt: skip

    def _chances(self) -> Iterator[Row]:
        gains = self.appraisal["net"].sel(view="society") > 0
        for horizon in self.pilot.horizons():
            chances = {party: gains.sel(party=party, horizon=horizon).values for party in self.parties}
            chances["all"] = np.all([chances[party] for party in AT_THE_TABLE], axis=0)
            for party, gain in chances.items():
                yield row(
                    f"probability_gain.{party}.{horizon}", "probability_gain", "probability", self.rests_on,
                    party=party, horizon=horizon, view="society", value=float(gain.mean()),
                    probability=float(gain.mean()), names={"party": party_name(party), "months": horizon},
                    parameters=self.sources("society" if party == "all" else party),
                )  # fmt: skip

    def _cumulative(self) -> Iterator[Row]:
        for party in self.parties:
            name, sources = party_name(party), self.sources(party)
            running = self.appraisal["net_cumulative"].sel(party=party).values * self.persons
            for month in range(running.shape[1]):
                yield row(
                    f"net_cumulative.{party}.{month}", "net_cumulative", self.unit, self.rests_on, party=party,
                    month=month, per="pilot", view="budget", draws=running[:, month], parameters=sources,
                    names={"party": name, "month": month},
                )  # fmt: skip
            if not running.any():
                continue  # a party without entries earns nothing back
            months = self.appraisal["payback"].sel(party=party).values
            made = row(
                f"payback_month.{party}", "payback_month", "months", self.rests_on, party=party,
                horizon=self.pilot.horizon_months, draws=months, parameters=sources, names={"party": name},
            )  # fmt: skip
            yield made | {"value": made["median"], "probability": float(np.isfinite(months).mean())}

    def _flows(self) -> Iterator[Row]:
        seen = dict.fromkeys(zip(self.payer, self.payee, self.item, strict=True))
        for order, (payer, payee, item) in enumerate(seen):
            chosen = (self.payer == payer) & (self.payee == payee) & (self.item == item)
            draws = self.appraisal["flow"].values[:, chosen].sum(axis=1) * self.persons
            yield row(
                f"flow.{payer}.{payee}.{item}", "flow", self.unit, self.rests_on, payer=payer, payee=payee, item=item,
                horizon=self.main, per="pilot", view="society", draws=draws, order=order, **self._item_labels(item),
                parameters=join(item_sources(self.pilot, item)),
                names={"payer": party_name(payer), "payee": party_name(payee), "months": self.main},
            )  # fmt: skip

    def _waterfall(self, party: str) -> Iterator[Row]:
        signs = (self.payee == party).astype(float) - (self.payer == party)
        own = self.appraisal["flow"].values * signs * self.persons
        total = np.zeros(own.shape[0])
        steps = self._steps(party)
        for order, (step, items) in enumerate(steps):
            chosen = np.array([item.startswith(items) for item in self.item]) & (signs != 0)
            if not chosen.any():
                continue
            total = total + own[:, chosen].sum(axis=1)
            sources = [name for item in dict.fromkeys(self.item[chosen]) for name in item_sources(self.pilot, item)]
            yield self._step(party, step, order, own[:, chosen].sum(axis=1), join(sources))
        if np.any(np.abs(total - own.sum(axis=1)) > BALANCE_TOLERANCE * np.abs(own).sum(axis=1)):
            raise ValueError(f"the waterfall of {party} leaves out entries")
        yield self._step(party, "kept", len(steps), total, self.sources(party))

    def _steps(self, party: str) -> list[tuple[str, tuple[str, ...]]]:
        """Steps of a party, with one for each thing that the programme prevents."""
        saved = [(part.item, (part.item,)) for part in self.pilot.support.active() if part.saves]
        return [one for step in WATERFALL[party] for one in (saved if step[0] == SAVED else [step])]

    def _step(self, party: str, step: str, order: int, draws: np.ndarray, sources: str) -> Row:
        return row(
            f"waterfall.{party}.{step}", "waterfall", self.unit, self.rests_on, party=party, item=step, order=order,
            horizon=self.main, per="pilot", view="society", draws=draws, parameters=sources,
            names={"party": party_name(party), "months": self.main}, **self._item_labels(step),
        )  # fmt: skip

    def _ratios(self) -> Iterator[Row]:
        cost = self.appraisal["support_cost"].sel(party="society").values
        ever = self.appraisal["outcome_programme"].sel(memo="first_jobs", horizon=self.main).values
        extra, more = (
            self.appraisal["outcome"].sel(memo=memo, horizon=self.main).values
            for memo in ("months_worked", "first_jobs")
        )
        support = join(support_sources(self.pilot))
        common = {"horizon": self.main, "per": "participant", "names": {"months": self.main}}
        yield row(f"programme_cost.{self.main}", "programme_cost", self.unit, self.rests_on, view="society", draws=cost,
                  parameters=support, **common)  # fmt: skip
        shares = {"cost_per_placement": ever, "cost_per_extra_placement": more, "cost_per_month_worked": extra}
        for quantity, denominator in shares.items():
            summary = ratio(cost, denominator)
            if summary is not None:
                yield row(
                    f"{quantity}.{self.main}", quantity, self.unit, self.rests_on, view="society",
                    parameters=join([*support.split("; "), *WORK]), value=summary["mean"], **summary, **common,
                )  # fmt: skip
        for party in ("society", "municipality"):
            yield from self._benefit_per_euro(party)

    def _benefit_per_euro(self, party: str) -> Iterator[Row]:
        """What comes back per euro that the party spends on the package: (net + cost) / cost."""
        cost = self.appraisal["support_cost"].sel(party=party).values
        net = self.appraisal["net"].sel(party=party, horizon=self.main, view="society").values
        summary = ratio(net + cost, cost)
        if summary is not None:
            yield row(
                f"benefit_per_euro.{party}.{self.main}", "benefit_per_euro", "ratio", self.rests_on, party=party,
                horizon=self.main, per="participant", view="society", value=summary["mean"], **summary,
                parameters=self.sources(party),
                names={"party": party_name(party), "years": self.main // MONTHS_PER_YEAR},
            )  # fmt: skip

    def _item_labels(self, item: str) -> dict[str, str]:
        """Labels of items that the pilot names itself; the others come from the catalogue."""
        named = {part.item: part.label for part in self.pilot.support.components}
        named |= {f"subsidy_{subsidy.id}": subsidy.label for subsidy in self.pilot.support.subsidies}
        found = named.get(item)
        return {} if found is None else {"item_label_nl": found.nl, "item_label_en": found.en}
