"""Sentences about scenarios: which choice is best for whom, who pays for it, and what happens around the pilot."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from werkzorg.reporting.basis import BASE
from werkzorg.reporting.numbers import euro, euro_in_text, gain, is_missing, months_span, number, percent
from werkzorg.reporting.parties import AT_THE_TABLE
from werkzorg.reporting.results import Results
from werkzorg.reporting.verdicts import chance_phrase, listing, money_step, sentence, the_party
from werkzorg.wording import say

"""Id of the pilot as it is in the results."""

HARDLY = 10.0
"""EUR per participant over the whole horizon below which a mean difference is called no noticeable one."""

NEXT_TO_NEVER = 0.01
"""Chance below which the choice that has the most of it is not worth naming."""


def scenario_facts(results: Results, *kinds: str, differing: bool = True) -> dict[str, dict[str, Any]]:
    """Scenarios of some kinds with what the results say about them, in order.

    Parameters
    ----------
    results : Results
        Of a comparison.
    *kinds : str
        `choice`, `circumstance`, `evidence`, `horizon`, `place`; none means all.
    differing : bool
        Leave out those that equal the pilot as it is.
    """
    return {
        name: facts
        for name, facts in results.meta["scenarios"].items()
        if name != BASE
        and (not kinds or facts["kind"] in kinds)
        # Another pilot that comes to the same is worth telling.
        and not (differing and facts["equals_base"] and facts["kind"] != "place")
    }


def quoted_name(results: Results, scenario: str, lang: str) -> str:
    """Name of a scenario for the middle of a sentence."""
    return say("scenario.quoted", lang, name=results.meta["scenarios"][scenario][f"name_{lang}"])


def differences(results: Results, party: str, kind: str) -> list[Any]:
    """Rows with the difference from the pilot as it is, per participant, of all scenarios of a kind."""
    return results.rows(
        quantity="scenario_difference", party=party, per="participant", against=BASE,
        scenario=list(scenario_facts(results, kind)),
    )  # fmt: skip


def best_choice(results: Results, party: str) -> Any | None:
    """Row of the choice with the best mean for a party, None when no choice is noticeably better than none."""
    rows = differences(results, party, "choice")
    best = max(rows, key=lambda row: row.value, default=None)
    return best if best is not None and best.value >= HARDLY else None


def lead_verdict(results: Results, lang: str) -> str:
    """The answer: other pilots beside this one when there are any, and which choice is best when there are choices."""
    beside = places_verdict(results, lang)
    if beside and not scenario_facts(results, "choice"):
        return beside
    return " ".join(text for text in (beside, choices_verdict(results, lang)) if text)


def places_verdict(results: Results, lang: str) -> str:
    """What other pilots come to beside this one, and what that rests on; empty without other pilots."""
    facts = results.meta["scenarios"]
    places = scenario_facts(results, "place")
    if not places:
        return ""
    counted = [facts[name]["counted"] for name in (BASE, *places)]
    basis = "all" if all(counted) else "some" if any(counted) else "none"
    texts = [say(f"place.basis.{basis}", lang)]
    for name in places:
        net, base = _net(results, name, "society"), _net(results, BASE, "society")
        values = {"name": quoted_name(results, name, lang), "base": quoted_name(results, BASE, lang)}
        values |= {"net": gain(net.value, lang, money_step(net)), "other": gain(base.value, lang, money_step(base))}
        horizon = months_span(net.horizon, lang)
        texts.append(sentence(say("place.society", lang, horizon=horizon, **values)))
        texts.append(_gaps(results, name, lang))
        texts.append(facts[name][f"note_{lang}"])
    return " ".join(texts)


def _gaps(results: Results, place: str, lang: str) -> str:
    """Parties at the table and society for whom another pilot comes to something noticeably else."""
    rows = [_row(results, place, party) for party in ("society", *AT_THE_TABLE)]
    parts = [
        say("place.gap", lang, the=the_party(row.party, lang), gain=_gain(row, lang))
        for row in rows
        if abs(row.value) >= HARDLY
    ]
    return say("place.gaps" if parts else "place.no_gaps", lang, parts=listing(parts, lang))


def choices_verdict(results: Results, lang: str) -> str:
    """Which choice is best for each party at the table, and what it is worth against the pilot as it is."""
    if not scenario_facts(results, "choice"):
        return no_choices_verdict(results, lang)
    found = {party: best_choice(results, party) for party in AT_THE_TABLE}
    none = [the_party(party, lang) for party, row in found.items() if row is None]
    texts = [_best_sentence(results, row, lang) for row in found.values() if row is not None]
    if none:
        texts.append(sentence(say("scenario.best_none", lang, parties=listing(none, lang))))
    # The opening ends in a colon.
    texts[0] = texts[0][:1].lower() + texts[0][1:]
    named = [row.scenario for row in found.values() if row is not None]
    opening = [say("scenario.against", lang)]
    against = [text for text in (_cost_of(results, name, lang) for name in dict.fromkeys(named)) if text]
    return " ".join([*opening, *texts, *against, *_cautions(results, named, lang), _together(results, lang)])


def _cost_of(results: Results, scenario: str, lang: str) -> str:
    """Who loses by a choice that is best for somebody; empty when nobody does, or when the words on society say it."""
    best = best_choice(results, "society")
    if best is not None and best.scenario == scenario:
        return ""
    rows = [_row(results, scenario, party) for party in (*AT_THE_TABLE, "society")]
    parts = [
        say("scenario.loses", lang, the=the_party(row.party, lang), amount=_amount(row, lang))
        for row in rows
        if row.value <= -HARDLY
    ]
    if not parts:
        return ""
    name = quoted_name(results, scenario, lang)
    return say("scenario.cost_of", lang, name=name, parts=listing(parts, lang))


def no_choices_verdict(results: Results, lang: str) -> str:
    """What a comparison without choices does tell, what weighs most in it, and which choices can be worked out."""
    kinds = [kind for kind in ("circumstance", "evidence", "horizon") if scenario_facts(results, kind)]
    parts = listing([say(f"scenario.no_choices.{kind}", lang) for kind in kinds], lang)
    texts = [say("scenario.no_choices" if kinds else "scenario.no_choices.same", lang, parts=parts)]
    rows = [row for kind in ("circumstance", "horizon") for row in differences(results, "society", kind)]
    most = max(rows, key=lambda row: abs(row.value), default=None)
    if most is not None and abs(most.value) >= HARDLY:
        name = quoted_name(results, most.scenario, lang)
        texts.append(say("scenario.no_choices.most", lang, name=name, gain=_gain(most, lang)))
    left = results.meta.get("choices_left")
    if left is not None:
        names = [say("scenario.no_choices.name", lang, name=one[f"name_{lang}"], id=one["id"]) for one in left]
        texts.append(say("scenario.no_choices.left" if left else "scenario.no_choices.none", lang,
                         names=listing(names, lang)))  # fmt: skip
    return " ".join(texts)


def society_verdict(results: Results, lang: str) -> str:
    """The best choice for society as a whole, and who at the table loses by it; empty when there is none."""
    row = best_choice(results, "society")
    if row is None:
        return ""
    text = _best_sentence(results, row, lang)
    losers = [
        say("scenario.loses", lang, the=the_party(other.party, lang), amount=_amount(other, lang))
        for other in (_row(results, row.scenario, party) for party in AT_THE_TABLE)
        if other.value <= -HARDLY
    ]
    key = "scenario.losers" if losers else "scenario.no_losers"
    return f"{text} {say(key, lang, parts=listing(losers, lang))}"


def surroundings_verdict(results: Results, lang: str) -> str:
    """For which party something around the pilot weighs most, and what helps and harms it; empty without such ones."""
    rows = [row for party in AT_THE_TABLE for row in differences(results, party, "circumstance")]
    if not rows or max(abs(row.value) for row in rows) < HARDLY:
        return ""
    party = max(rows, key=lambda row: abs(row.value)).party
    own = [row for row in rows if row.party == party]
    best, worst = max(own, key=lambda row: row.value), min(own, key=lambda row: row.value)
    parts = [
        say("scenario.around_part", lang, name=quoted_name(results, row.scenario, lang), gain=_gain(row, lang))
        for row in dict.fromkeys((best, worst))
        if abs(row.value) >= HARDLY
    ]
    return say("scenario.around", lang, the=the_party(party, lang), parts=listing(parts, lang))


def evidence_verdict(results: Results, lang: str) -> str:
    """Net result for society under each reading of the research; empty when no other reading was worked out."""
    names = list(scenario_facts(results, "evidence"))
    if not names:
        return ""
    rows = [_net(results, name, "society") for name in (BASE, *names)]
    parts = [
        say(
            "scenario.evidence_part", lang, name=quoted_name(results, row.scenario, lang),
            gain=gain(row.value, lang, money_step(row)), chance=chance_phrase(row.probability, lang),
        )
        for row in rows
    ]  # fmt: skip
    return say("scenario.evidence", lang, horizon=months_span(rows[0].horizon, lang), parts=listing(parts, lang))


def equal_verdict(results: Results, lang: str) -> str:
    """Which scenarios are the pilot as it is; empty when none is."""
    names = [
        quoted_name(results, name, lang)
        for name, facts in scenario_facts(results, differing=False).items()
        if facts["equals_base"]
    ]
    return say("scenario.equal", lang, names=listing(names, lang)) if names else ""


def paragraph_of(results: Results, lang: str) -> str:
    """The whole answer in one paragraph: the best choice for each, for society, and who pays for it."""
    return " ".join(text for text in (lead_verdict(results, lang), society_verdict(results, lang)) if text)


def cell_text(row: Any, lang: str) -> str:
    """A difference in a cell: amount, and chance of being better off; a sign when there is no difference at all."""
    if is_equal(row):
        return say("scenario.same", lang)
    if is_missing(row.probability):
        return _signed(row, lang)
    return say("scenario.cell", lang, amount=_signed(row, lang), chance=chance_text(row, lang))


def chance_text(row: Any, lang: str) -> str:
    """Chance of being better off in a narrow place; a share of draws never proves 0% or 100%."""
    if is_equal(row):
        return say("scenario.same", lang)
    if is_missing(row.probability):
        return say("number.missing", lang)
    if 0.01 <= row.probability <= 0.99:
        return percent(row.probability, lang)
    return say("scenario.below" if row.probability < 0.01 else "scenario.above", lang)


def is_equal(row: Any) -> bool:
    """Whether a scenario changes nothing for a party, in any draw that counts."""
    return row.value == 0 and row.low95 == 0 and row.high95 == 0


def worked_text(row: Any, lang: str) -> str:
    """Extra months of work of a scenario."""
    return number(row.value, lang, 1)


def _best_sentence(results: Results, row: Any, lang: str) -> str:
    name = quoted_name(results, row.scenario, lang)
    values = {"the": the_party(row.party, lang), "name": name, "gain": _gain(row, lang)}
    text = sentence(say("scenario.best", lang, chance=chance_phrase(row.probability, lang), **values))
    return f"{text} {say('scenario.never_worse', lang)}" if row.low95 >= 0 else text


def _cautions(results: Results, scenarios: Iterable[str], lang: str) -> list[str]:
    """What was assumed for scenarios that are named as best, each once."""
    facts = results.meta["scenarios"]
    noted = [name for name in dict.fromkeys(scenarios) if facts[name][f"note_{lang}"]]
    return [
        say("scenario.caution", lang, name=quoted_name(results, name, lang), note=facts[name][f"note_{lang}"])
        for name in noted
    ]


def _together(results: Results, lang: str) -> str:
    """The choice with the largest chance that nobody at the table is worse off."""
    rows = results.rows(
        quantity="scenario_nobody_worse", against=BASE, scenario=list(scenario_facts(results, "choice"))
    )
    best = max(rows, key=lambda row: row.value, default=None)
    if best is None or best.value < NEXT_TO_NEVER:
        return say("scenario.together_none", lang)
    name, chance = quoted_name(results, best.scenario, lang), chance_phrase(best.value, lang)
    return say("scenario.together", lang, name=name, chance=chance)


def _row(results: Results, scenario: str, party: str) -> Any:
    wanted = {"scenario": scenario, "party": party, "per": "participant", "against": BASE}
    return results.one(quantity="scenario_difference", **wanted)


def _net(results: Results, scenario: str, party: str) -> Any:
    return results.one(quantity="scenario_net", scenario=scenario, party=party, per="participant")


def difference_step(row: Any) -> float:
    """Rounding step, never so coarse that a noticeable difference becomes nil; a bare mean claims no single euros."""
    if is_missing(row.low80):
        return HARDLY if abs(row.value) < 1000 else 10 * HARDLY
    return min(money_step(row), HARDLY) if abs(row.value) < 1000 else money_step(row)


def _gain(row: Any, lang: str) -> str:
    return gain(row.value, lang, difference_step(row))


def _amount(row: Any, lang: str) -> str:
    return euro_in_text(row.value, lang, difference_step(row))


def _signed(row: Any, lang: str) -> str:
    return euro(row.value, lang, difference_step(row))
