"""The report of a comparison of scenarios: the object on which the cells of its notebook call their one-liners."""

from __future__ import annotations

from pathlib import Path

from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.reporting.basis import BASE, compared
from werkzorg.reporting.contract_rows import negotiation_of
from werkzorg.reporting.contracts import note_sentence, proof_sentences, verdict_sentence
from werkzorg.reporting.document import Piece, bullets, heading, paragraph, table_markup
from werkzorg.reporting.figures.scenarios import KINDS, scenario_differences
from werkzorg.reporting.front import about_text, gate_notice
from werkzorg.reporting.places import newest_results
from werkzorg.reporting.report import Report
from werkzorg.reporting.results import Results, read_results
from werkzorg.reporting.tables_scenarios import (
    SHOWN,
    contract_tables,
    levels_table,
    scenario_list_table,
    scenario_table,
)
from werkzorg.reporting.verdicts import sentence, the_party
from werkzorg.reporting.verdicts_scenarios import (
    differences,
    equal_verdict,
    evidence_verdict,
    is_equal,
    lead_verdict,
    paragraph_of,
    scenario_facts,
    society_verdict,
    surroundings_verdict,
)
from werkzorg.wording import say

READER = "scenarios"
"""Name of the notebook and of its report."""

ON_FRONT = ("place", "choice")
"""Kinds of scenarios with a table on the first page."""

_TOLERANCE = 1e-6
"""Relative error of sums over published means: they are written with ten significant digits."""


def open_scenarios(results: str, lang: str, default_pilot: str = "drechtsteden") -> ScenarioReport:
    """Open the results of a comparison.

    Parameters
    ----------
    results : str
        Path of `results.json`; empty: the newest comparison of the default pilot.
    lang : {"nl", "en"}
    default_pilot : str
        Pilot of which the newest comparison is taken when no path is given.

    Raises
    ------
    WerkzorgError
        When there are no results yet, or they are not those of a comparison.
    """
    path = Path(results) if results else newest_results(f"{default_pilot}-scenarios")
    if path is None:
        raise WerkzorgError(ExitCode.INPUT, Problem("scenario.no_results", values={"pilot": default_pilot}))
    content = read_results(path)
    if "scenarios" not in content.meta:
        raise WerkzorgError(ExitCode.INPUT, Problem("scenario.other_results", where=path.name))
    return ScenarioReport(content, READER, lang)


class ScenarioReport(Report):
    """Pieces of the report of a comparison, in reading order."""

    def __init__(self, results: Results, reader: str, lang: str) -> None:
        super().__init__(results, reader, lang)
        # The first page has a table only of other pilots, and of what can be chosen.
        self._tables = sum(bool(scenario_facts(results, kind)) for kind in ON_FRONT)

    def front_page(self) -> Piece:
        """First page: the question, which choice is best for whom, the choices in a table, how to read it."""
        results, lang, kind = self.results, self.lang, compared(self.results.meta)
        parts = [gate_notice(results, lang)]
        parts += [heading(say("front.question", lang)), paragraph(say(f"front.question.{kind}", lang), lang)]
        parts += [heading(say("front.answer", lang)), paragraph(lead_verdict(results, lang), lang, "lead")]
        parts += [paragraph(text, lang) for text in (society_verdict(results, lang),) if text]
        shown = [part for part in ON_FRONT if scenario_facts(results, part)]
        for number, part in enumerate(shown, start=1):
            parts += [heading(say(f"scenario.front.{part}", lang))]
            parts.append(table_markup(scenario_table(results, part, lang), self.sources, lang, number))
        found = negotiation_of(results)
        if found is not None:
            parts += [heading(say("scenario.front.contract", lang)), paragraph(verdict_sentence(found, lang), lang)]
        around = [surroundings_verdict(results, lang), evidence_verdict(results, lang)]
        if any(around):
            parts += [heading(say("scenario.front.around", lang)), *(paragraph(t, lang) for t in around if t)]
        reading = [
            say("scenario.front.paired", lang),
            equal_verdict(results, lang),
            say(f"scenario.front.money.{kind}", lang),
        ]
        parts += [heading(say("scenario.front.reading", lang)), bullets([text for text in reading if text], lang)]
        parts += [heading(say("front.about", lang)), paragraph(about_text(results, lang), lang, "small")]
        return self._piece(f'<div class="front">{"".join(parts)}</div>', "front page")

    def differences(self, party: str) -> Piece:
        """Figure of what each scenario changes for a party, or a sentence when none of them changes anything."""
        rows = [row for kind in KINDS for row in differences(self.results, party, kind)]
        if all(is_equal(row) for row in rows):
            text = say("scenario.nothing_changes", self.lang, the=the_party(party, self.lang))
            return self._piece(paragraph(sentence(text), self.lang), "no difference")
        return self.show_figure(scenario_differences(self.results, party, self.lang))

    def kind(self, kind: str) -> Piece | None:
        """Section with the table of one kind of scenarios; nothing when there are none."""
        if not scenario_facts(self.results, kind):
            return None
        return self._with_section(f"scenarios_{kind}", scenario_table(self.results, kind, self.lang))

    def levels(self) -> Piece:
        """Table of what every scenario comes to against no programme at all."""
        return self.show_table(levels_table(self.results, self.lang))

    def contract(self) -> Piece | None:
        """Section on payments between parties: what is proven, where each stands, what the best contract does."""
        found, results, lang = negotiation_of(self.results), self.results, self.lang
        if found is None:
            return None
        facts = (results.meta["price_year"], results.meta["participants_planned"], results.meta["main_horizon"])
        section = self.section("scenarios_contract", *proof_sentences(found, lang), note_sentence(*facts, lang))
        tables = [self.show_table(table).markup for table in contract_tables(results, found, lang)]
        return Piece(section.markup + "".join(tables), "contract")

    def scenario_list(self) -> Piece:
        """Table of all scenarios: parent, size, what is assumed, steps made again."""
        return self.show_table(scenario_list_table(self.results, self.lang))

    def check(self, party: str | None = None) -> None:
        """Check that text and numbers belong together; a hidden cell calls this.

        Raises
        ------
        WerkzorgError
            When the answer is not in the text, the parties of a scenario do not add up to society, or a difference is
            not the difference of the two results.
        """
        if lead_verdict(self.results, self.lang) not in self.text.replace("&#x27;", "'"):
            raise self._mismatch("answer")
        means = {
            (row.scenario, row.party): row.value
            for row in self.results.rows(quantity="scenario_net", per="participant")
        }
        for scenario in (BASE, *scenario_facts(self.results, differing=False)):
            own = {name: value for (of, name), value in means.items() if of == scenario}
            whole = own.pop("society")
            self._close(sum(own.values()), whole, [*own.values()], f"society {scenario}")
        for row in self.results.rows(quantity="scenario_difference", per="participant", party=list(SHOWN)):
            pair = (means[row.scenario, row.party], means[row.against, row.party])
            self._close(row.value, pair[0] - pair[1], pair, f"{row.scenario} {row.party}")

    def _close(self, found: float, wanted: float, parts: object, where: str) -> None:
        if abs(found - wanted) > _TOLERANCE * max([abs(part) for part in parts] + [1.0]):
            raise self._mismatch(where)

    def answer(self) -> str:
        """The answer in one paragraph, as the command prints it."""
        return paragraph_of(self.results, self.lang)
