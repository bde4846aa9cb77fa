"""The levers as a reader sees them: default, range, source and status."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from werkzorg.appraisal.appraise import discount_rate
from werkzorg.appraisal.scenarios import Parts
from werkzorg.constants import MONTHS_PER_YEAR
from werkzorg.explorer.evaluate import KEPT_PARAMETERS
from werkzorg.explorer.settings import FACTORS
from werkzorg.ledger.support import amount_of
from werkzorg.params.schema import Parameter
from werkzorg.params.titles import title_in
from werkzorg.reporting.numbers import percent
from werkzorg.wording import LANGUAGES, say

Lever = dict[str, object]

SIZES = (10, 15, 20, 25, 30, 40, 50, 60, 80, 100, 150, 200, 300, 500)
"""Numbers of participants to choose from; the cost level of each size is drawn beforehand."""

IN_EUROS = ("jobcoach", "keyofficer", "counsellor", "wmo")
"""Price levers of one parameter, shown in euros."""


def make_levers(parts: Sequence[Parts], sizes: Sequence[int]) -> list[Lever]:
    """All levers that move something in at least one scenario.

    Parameters
    ----------
    parts : sequence of Parts
        The scenarios of the file; the first one gives the defaults.
    sizes : sequence of int
        Numbers of participants to choose from.
    """
    base = parts[0]
    prices = {part.price for one in parts for part in one.variant.pilot.support.active()}
    levers = []
    for lever, names in FACTORS.items():
        if lever not in ("ggz", "wmo") and names[0] not in prices:
            continue
        levers.append(_price(lever, names, base) if lever in IN_EUROS else _factor(lever, "prices", names, base, 2.0))
    levers.append(_factor("lks", "prices", ("lks.cap", "lks.loonwaarde"), base, 1.5))
    levers.append(_factor("causal", "care", ("p_log_ggz_cost_ratio_work", "p_logor_wmo_in_work"), base, 1.5))
    levers += [_kept("kept_municipality", _kept_by(base), base), _kept("kept_insurer", ("p_insurer_retained",), base)]
    pilot = base.variant.pilot
    longest = min(one.variant.pilot.horizon_months for one in parts) // MONTHS_PER_YEAR
    plain = {"min": 1, "step": 1, "unit": _same(""), "source": _from_pilot()}
    levers += [
        plain | {"id": "clients", "group": "pilot", "kind": "count", "value": pilot.participants_planned,
                 "options": sorted({*sizes, pilot.participants_planned})},
        plain | {"id": "years", "group": "pilot", "kind": "years", "max": longest,
                 "value": pilot.main_horizon_months // MONTHS_PER_YEAR},
        plain | {"id": "rate", "group": "pilot", "kind": "rate", "min": 0, "max": 0.07, "step": 0.0025,
                 "value": discount_rate(base.known), "source": _sources(("disc.mkba.standard",), base)},
    ]  # fmt: skip
    return levers


def _price(lever: str, names: Sequence[str], base: Parts) -> Lever:
    value = float(amount_of(names[0], base.variant.pilot, base.known, base.posterior).mean())
    unit = {lang: say(f"explorer.unit.{lever}", lang) for lang in LANGUAGES}
    return _factor(lever, "prices", names, base, 2.0) | {"kind": "price", "value": value, "unit": unit, "min": 0.5}


def _factor(lever: str, group: str, names: Sequence[str], base: Parts, most: float) -> Lever:
    return {
        "id": lever, "group": group, "kind": "factor", "value": 1, "min": 0 if most < 2 else 0.5, "max": most,
        "step": 0.05, "unit": _same(""), "source": _sources(names, base),
    }  # fmt: skip


def _kept(lever: str, names: Sequence[str], base: Parts) -> Lever:
    share = float(np.mean([base.posterior[name].values.mean() for name in names[:1]]))
    return {
        "id": lever, "group": "kept", "kind": "kept", "value": share, "estimated": True, "min": 0, "max": 1,
        "step": 0.05, "unit": _same(""), "source": _sources(names, base),
    }  # fmt: skip


def _kept_by(base: Parts) -> tuple[str, ...]:
    """The kept share that counts here first: national, or that of a large municipality."""
    large, historical, national = KEPT_PARAMETERS
    return (national,) if base.variant.pilot.scale == "national" else (large, historical)


def _same(text: str) -> dict[str, str]:
    return dict.fromkeys(LANGUAGES, text)


def _from_pilot() -> dict[str, list[str]]:
    return {lang: [say("explorer.source_pilot", lang)] for lang in LANGUAGES}


def _sources(names: Sequence[str], base: Parts) -> dict[str, list[str]]:
    known = [base.known.get(name) for name in names if name in base.known]
    return {lang: [_source(parameter, base, lang) for parameter in known] for lang in LANGUAGES}


def _source(parameter: Parameter, base: Parts, lang: str) -> str:
    source = parameter.source
    where = ", ".join(title_in(str(part), lang) for part in (source.title, source.publisher, source.year) if part)
    values = {"label": getattr(parameter.label, lang), "source": where, "id": parameter.id}
    text = say("explorer.source", lang, status=say(f"status.{parameter.status}", lang), **values)
    draws = base.posterior[parameter.id].values if parameter.id in base.posterior else np.zeros(1)
    low, middle, high = np.quantile(draws, (0.1, 0.5, 0.9))
    if parameter.is_money and middle > 0 and high > low:
        spread = {"low": percent(low / middle, lang), "high": percent(high / middle, lang)}
        text += " " + say("explorer.spread", lang, **spread)
    return text
