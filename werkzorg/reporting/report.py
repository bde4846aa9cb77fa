"""One report for one reader: the object on which the cells of a notebook call their one-liners."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from werkzorg.cases.small_cells import MONEY_BASE
from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.reporting import figures, tables
from werkzorg.reporting.assumptions import assumptions_markup
from werkzorg.reporting.basis import facts_line, has_records, report_name, say_basis
from werkzorg.reporting.checklist import checklist_table
from werkzorg.reporting.client import client_heading, client_intro, client_texts
from werkzorg.reporting.document import Piece, Sources, figure_markup, heading, paragraph, section_markup, table_markup
from werkzorg.reporting.figures.checks import nothing_seen
from werkzorg.reporting.figures.reach import CURVES
from werkzorg.reporting.figures.tornado import tornado as tornado_figure
from werkzorg.reporting.figures.worth import study_worth
from werkzorg.reporting.front import PARTY_OF, front_markup, gate_notice, is_stopped
from werkzorg.reporting.marks import Finished, finished_mark
from werkzorg.reporting.numbers import gain
from werkzorg.reporting.places import newest_results
from werkzorg.reporting.practices import (
    flow_rates_table,
    flow_table,
    manager_table,
    survey_people_table,
    survey_table,
)
from werkzorg.reporting.reach import extra_work_verdict, reach_table, tipping_table
from werkzorg.reporting.results import Results, read_results
from werkzorg.reporting.tables_checks import check_table, checks_table
from werkzorg.reporting.tables_decision import budget_table, knowing_table, studies_table
from werkzorg.reporting.tables_records import decomposition_table, lost_table, records_table, vanishing_table
from werkzorg.reporting.tables_views import views_table
from werkzorg.reporting.technical import ledger_table, posterior_table
from werkzorg.reporting.verdicts import money_step, sentence, the_party
from werkzorg.reporting.verdicts_decision import (
    acceptability_verdict,
    budget_verdict,
    knowing_verdict,
    prior_share_verdict,
    risk_verdict,
)
from werkzorg.reporting.verdicts_records import chance_verdict, decomposition_verdict, lost_verdict, vanishing_verdict
from werkzorg.wording import say

_TOLERANCE = 1e-6
"""Relative error of sums over published means: they are written with ten significant digits."""


def open_report(results: str, reader: str, lang: str, default_pilot: str = "drechtsteden") -> Report:
    """Open the results for one reader.

    Parameters
    ----------
    results : str
        Path of `results.json`; empty: the newest results of the default pilot.
    reader : {"municipality", "insurer", "ggz", "client", "technical"}
    lang : {"nl", "en"}
    default_pilot : str
        Pilot of which the newest results are taken when no path is given.

    Raises
    ------
    WerkzorgError
        When there are no results yet, or they cannot be read.
    """
    path = Path(results) if results else newest_results(default_pilot)
    if path is None:
        raise WerkzorgError(ExitCode.INPUT, Problem("reporting.results_none", values={"pilot": default_pilot}))
    content = read_results(path)
    return Report(content.visible_to(PARTY_OF[reader]) if reader in PARTY_OF else content, reader, lang)


class Report:
    """Pieces of one report, in reading order.

    Parameters
    ----------
    results : Results
        What the reader may see.
    reader : str
    lang : {"nl", "en"}
    """

    def __init__(self, results: Results, reader: str, lang: str) -> None:
        self.results, self.reader, self.lang = results, reader, lang
        self.sources = Sources(results, lang)
        self.text = ""
        self._figures = 0
        # The table of the first page is number 1.
        self._tables = 0 if reader == "client" or is_stopped(results) else 1

    def _piece(self, markup: str, name: str) -> Piece:
        plain = re.sub(r"</?(?:span|strong|em|a|code)\b[^>]*>", "", markup)
        self.text += " " + re.sub(r"<[^>]+>", " ", plain)
        return Piece(markup, name)

    def title(self) -> Piece:
        """Title of the report with the facts a reader looks for first."""
        name = report_name(self.reader, self.lang, self.results.meta)
        facts = facts_line(self.results, self.lang)
        return self._piece(heading(name, 1) + paragraph(facts, self.lang, "facts"), "title")

    def front_page(self) -> Piece:
        """First page: question, answer, for whom, how sure, what is not shown."""
        markup = front_markup(self.results, self.reader, self.lang, self.sources)
        return self._piece(f'<div class="front">{markup}</div>', "front page")

    def section(self, key: str, *sentences: str) -> Piece:
        """Heading of a section with its line of explanation and, when given, findings in words."""
        texts = [say_basis(self.results, f"section.{key}.text", self.lang), *sentences]
        title = heading(say_basis(self.results, f"section.{key}", self.lang), 2, key)
        return self._piece(section_markup(title, texts, self.lang), f"section {key}")

    def figure(self, kind: str, *arguments: Any) -> Piece:
        """A figure by the name of its function in :mod:`werkzorg.reporting.figures`.

        Parameters
        ----------
        kind : str
            For example `cumulative_fan` or `state_shares`.
        *arguments
            Party or households, as the function wants them, without results and language.
        """
        make = getattr(figures, kind)
        if kind == "cumulative_fan" and not self.results.rows(quantity="payback_month", party=arguments[0]):
            # A party without entries has nothing to draw: a flat line would look like a finding.
            text = say("figure.fan.nothing", self.lang, the=the_party(arguments[0], self.lang))
            return self._piece(paragraph(sentence(text), self.lang), "no entries")
        if kind == "check_work" and (text := nothing_seen(self.results, *arguments, self.lang)):
            return self._piece(paragraph(text, self.lang), "nothing seen")
        if kind == "placed_forecast" and "help" in self.results.meta:
            return self._piece(paragraph(extra_work_verdict(self.results, self.lang), self.lang), "extra work")
        if kind == "income_by_hours":
            made = make(self.results, self.lang, *arguments)
        else:
            made = make(self.results, *arguments, self.lang)
        return self.show_figure(made)

    def show_figure(self, made: figures.Figure) -> Piece:
        """A figure that was made already, with its number and sources."""
        self._figures += 1
        return self._piece(figure_markup(made, self.sources, self.lang, self._figures), f"figure {made.name}")

    def table(self, kind: str, *arguments: Any) -> Piece:
        """A table by the name of its function in :mod:`werkzorg.reporting.tables`, without `_table`."""
        made = getattr(tables, f"{kind}_table")(self.results, *arguments, self.lang)
        return Piece("", f"table {kind}, empty") if made.data.empty else self.show_table(made)

    def show_table(self, made: tables.Table) -> Piece:
        """A table that was made already, with its number and sources."""
        self._tables += 1
        return self._piece(table_markup(made, self.sources, self.lang, self._tables), f"table {made.name}")

    def care(self) -> Piece:
        """Section with what changes the cost of care: as measured in case records, else as expected."""
        measured = decomposition_verdict(self.results, self.lang)
        told = () if self.reader == "insurer" else measured  # The first page of the insurer says it already.
        pieces = [self.section("care", *told, chance_verdict(self.results, self.lang)), self.figure("care_parts")]
        if not measured:
            pieces.append(self.table("care"))
        else:
            pieces.append(self.show_table(decomposition_table(self.results, self.lang)))
            vanishing = vanishing_verdict(self.results, self.lang)
            if vanishing:
                pieces.append(self._piece(paragraph(vanishing, self.lang), "when work does nothing"))
                pieces.append(self.show_table(vanishing_table(self.results, self.lang)))
        return Piece("".join(piece.markup for piece in pieces), "care")

    def records(self) -> Piece | None:
        """Section with who was followed and what is missing; nothing for a pilot without case records."""
        if not has_records(self.results):
            return None
        pieces = [self.section("records"), self.show_table(records_table(self.results, self.lang))]
        lost = lost_table(self.results, self.lang)
        if lost is not None:
            text = lost_verdict(self.results, PARTY_OF.get(self.reader, "society"), self.lang)
            pieces += [self._piece(paragraph(text, self.lang), "people who were lost"), self.show_table(lost)]
        return Piece("".join(piece.markup for piece in pieces), "records")

    def checks(self) -> Piece | None:
        """Section with the checks of the model, each with what it compared; nothing when the run made none."""
        found = self.results.rows(quantity="check")
        if not found:
            return None
        pieces = [self.section("checks"), self.show_table(checks_table(self.results, self.lang))]
        for row in found:
            if row.item.startswith("work_"):
                pieces.append(self.figure("check_work", row.item))
            elif (made := check_table(self.results, row.item, self.lang)) is not None:
                pieces.append(self.show_table(made))
        return Piece("".join(piece.markup for piece in pieces), "checks")

    def practice(self) -> Piece | None:
        """Sections about what is special to a practice; nothing for a pilot without such parts."""
        pieces = [*self._reach(), *self._survey(), *self._flows()]
        return Piece("".join(piece.markup for piece in pieces), "practice") if pieces else None

    def _reach(self) -> list[Piece]:
        """From what effect per person reached the programme is worth its money."""
        made = tipping_table(self.results, self.lang)
        if made is None:
            return []
        section, table = self.section("reach"), self.show_table(made)
        curves = [self.figure("reach_curve", party) for party in CURVES.get(self.reader, ("society",))]
        return [section, table, *curves, self.show_table(reach_table(self.results, self.lang))]

    def _survey(self) -> list[Piece]:
        """What people value and get, and how many people it concerns."""
        made = survey_table(self.results, self.lang)
        if made is None:
            return []
        table = [self.show_table(made)] if self.reader == "technical" else []  # It repeats the figure.
        pieces = [self.section("survey"), self.figure("survey_shares"), *table]
        return [*pieces, self.section("survey_people"), self.show_table(survey_people_table(self.results, self.lang))]

    def _flows(self) -> list[Piece]:
        """Inflow and outflow per target group, and what changes of client manager cost."""
        flows, rates, manager = (f(self.results, self.lang) for f in (flow_table, flow_rates_table, manager_table))
        if self.reader in ("insurer", "ggz"):  # Target groups of a municipality say nothing to those who see care.
            flows = rates = None
        pieces = [] if flows is None else [self.section("target_groups"), self.show_table(flows)]
        pieces += [] if rates is None else [self.show_table(rates), self.figure("flow_shares")]
        return pieces + ([] if manager is None else [self.section("manager"), self.show_table(manager)])

    def client_page(self) -> Piece:
        """The page for participants, at language level B1."""
        texts = {} if is_stopped(self.results) else client_texts(self.results, self.lang)
        parts = [
            gate_notice(self.results, self.lang, plain=True),
            paragraph(client_intro(self.results, self.lang), self.lang, "lead"),
            *([] if texts else [paragraph(say("front.stopped", self.lang), self.lang, "lead")]),
        ]
        for key, paragraphs in texts.items():
            parts.append(heading(client_heading(self.results, key, self.lang), 2, key))
            parts += [paragraph(text, self.lang) for text in paragraphs if text]
            if key == "income":
                made = tables.income_table(self.results, self.lang)
                self._tables += 1
                parts.append(table_markup(made, self.sources, self.lang, self._tables))
        return self._piece(f'<div class="front client">{"".join(parts)}</div>', "page for participants")

    def drivers(self, party: str) -> Piece | None:
        """Section with the assumptions that matter most for a party; nothing when the run did not look for them."""
        return self._with_section("drivers", tables.drivers_table(self.results, party, self.lang))

    def knowing(self, party: str) -> Piece | None:
        """Section with what knowing more is worth to a party and to all; nothing when the run did not look at it."""
        texts = knowing_verdict(self.results, party, self.lang)
        if not texts:
            return None
        pieces = [self.section("knowing", *texts, prior_share_verdict(self.results, party, self.lang))]
        made = study_worth(self.results, self.lang)
        pieces += [] if made is None else [self.show_figure(made)]
        return Piece("".join(piece.markup for piece in pieces), "knowing")

    def knowing_tables(self) -> Piece | None:
        """Section with the worth of every subject and of every study in numbers; nothing without rows."""
        made = (make(self.results, self.lang) for make in (knowing_table, studies_table))
        if not (found := [table for table in made if table is not None]):
            return None
        pieces = [self.section("knowing"), *(self.show_table(table) for table in found)]
        return Piece("".join(piece.markup for piece in pieces), "knowing")

    def budget(self, party: str) -> Piece | None:
        """Section with the budget of a party per calendar year; nothing without rows."""
        made = budget_table(self.results, party, self.lang)
        if made is None:
            return None
        texts = [budget_verdict(self.results, party, self.lang)]
        texts += [risk_verdict(self.results, self.lang)] if party == "municipality" else []
        section, table = self.section("budget", *texts), self.show_table(made)
        return Piece(section.markup + table.markup, "budget")

    def checklist(self) -> Piece | None:
        """Section with the list of accountability."""
        return self._with_section("checklist", checklist_table(self.results, self.lang))

    def funnel(self) -> Piece | None:
        """Figure from enrolled to lasting work; nothing without rows."""
        made = figures.funnel(self.results, self.lang)
        return None if made is None else self.show_figure(made)

    def views(self) -> Piece | None:
        """Section with the three ways of counting side by side; nothing without rows."""
        return self._with_section("views", views_table(self.results, self.lang))

    def tornado(self, party: str) -> Piece | None:
        """Section with what moves the result of a party; nothing without rows."""
        return self._with_figure("tornado", tornado_figure(self.results, party, self.lang))

    def acceptability(self, party: str) -> Piece | None:
        """Section with what the pilot may cost a party; a sentence for who has no curve, nothing without rows."""
        text = acceptability_verdict(self.results, party, self.lang)
        made = figures.acceptability(self.results, party, self.lang)
        if made is None and text:
            return self.section("acceptability", text)
        return self._with_figure("acceptability", made)

    def posterior(self, path: str) -> Piece | None:
        """Section with the contents of `posterior.nc`; nothing when the file is not there."""
        return self._with_section("posterior", posterior_table(path, self.lang, self.results))

    def ledger(self, path: str) -> Piece | None:
        """Section with the yearly entries of `ledger.nc`; nothing when the file is not there."""
        return self._with_section("ledger", ledger_table(path, self.lang, self.results))

    def _with_section(self, key: str, made: tables.Table | None) -> Piece | None:
        if made is None:
            return None
        section, table = self.section(key), self.show_table(made)
        return Piece(section.markup + table.markup, key)

    def _with_figure(self, key: str, made: figures.Figure | None) -> Piece | None:
        if made is None:
            return None
        section, figure = self.section(key, made.alt), self.show_figure(made)
        return Piece(section.markup + figure.markup, key)

    def assumptions(self, everything: bool = False) -> Piece:
        """List of the assumptions that this report used, or of all of them, each with its source."""
        names = [name for name in self.sources.rows if everything or name in self.sources.used]
        # A comparison refers to none: its numbers stand in the reports of the pilots.
        intro = paragraph(say("section.assumptions.text", self.lang), self.lang) if names else ""
        assumed = self.results.meta.get(f"assumed_{self.lang}")
        if assumed and self.reader != "client":
            intro += paragraph(say("report.assumed", self.lang, text=assumed), self.lang)
        title = heading(say("section.assumptions", self.lang), 2, "assumptions")
        markup = title + intro + assumptions_markup(self.sources, names, self.lang, self.reader != "client")
        return self._piece(f'<div class="appendix">{markup}</div>', "assumptions")

    def check(self, party: str | None = None) -> None:
        """Check that text and numbers belong together; a hidden cell calls this.

        Parameters
        ----------
        party : str, optional
            Party whose headline amount must stand in the text; default the party of the reader.

        Raises
        ------
        WerkzorgError
            When parties do not add up to society, a waterfall does not end at the net result of its party, or the
            headline amount is not in the text. A run that was stopped shows no result: nothing is checked.
        """
        party = party or PARTY_OF.get(self.reader, "society")
        end = self.results.meta["main_horizon"]
        if is_stopped(self.results):
            return
        net = self.results.one(quantity="net", party=party, horizon=end, per="participant", view="society")
        if gain(net.value, self.lang, money_step(net)) not in self.text:
            raise self._mismatch(f"net {party}")
        self._check_parties(end)
        for name in ("municipality", "insurer"):
            self._check_waterfall(name, end)

    def _check_parties(self, end: int) -> None:
        rows = self.results.rows(quantity="net", horizon=end, per="participant", view="society")
        parts = [row.value for row in rows if row.party not in ("society", "outside")]
        whole = [row.value for row in rows if row.party == "society"]
        if len(rows) == len(_ALL_PARTIES) and not _close(sum(parts), whole[0], parts, self._rounding(rows)):
            raise self._mismatch("net society")

    def _check_waterfall(self, party: str, end: int) -> None:
        steps = self.results.rows(quantity="waterfall", party=party)
        if not steps:
            return
        parts = [row.value for row in steps if row.item != "kept"]
        kept = self.results.one(quantity="waterfall", party=party, item="kept")
        net = self.results.one(quantity="net", party=party, horizon=end, per="pilot", view="society")
        slack = self._rounding([*steps, net])
        if not _close(sum(parts), kept.value, parts, slack) or not _close(kept.value, net.value, parts, slack):
            raise self._mismatch(f"waterfall {party}")

    def _rounding(self, rows: Sequence[Any]) -> float:
        """How far a sum may be off in a table that was rounded to leave: totals are rounded apart from their parts."""
        if not self.results.meta.get("rounded"):
            return 0.0
        # A rounding step is at least EUR 100 and well below the width of an 80% interval.
        return sum(max(row.high80 - row.low80, MONEY_BASE) / 2 for row in rows)

    def _mismatch(self, where: str) -> WerkzorgError:
        return WerkzorgError(ExitCode.RUN, Problem("reporting.text_mismatch", values={"where": where}))

    def finish(self) -> Finished:
        """Mark of completion for the last cell; the run looks for it."""
        return finished_mark(self.reader, self.results.meta["run_id"], self._figures, self._tables)


_ALL_PARTIES = (*figures.flows.ORDER, "society")


def _close(found: float, wanted: float, parts: Sequence[float], slack: float) -> bool:
    scale = max([abs(part) for part in parts] + [abs(wanted), 1.0])
    return abs(found - wanted) <= _TOLERANCE * scale + slack
