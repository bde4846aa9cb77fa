"""A negotiation goes through the results table and comes out saying the same."""

from __future__ import annotations

from dataclasses import replace

import pytest
from results_example import example
from test_reporting_contracts import talk

from werkzorg.release.contracts import contract_rows
from werkzorg.release.results import make_results
from werkzorg.reporting.contract_rows import negotiation_of
from werkzorg.reporting.contracts import negotiation_tables, proof_sentences, verdict_sentence

SHORT = dict.fromkeys(("ggz_institution", "insurer", "municipality"), -4e4)
CASES = {
    "at_table": {},
    "none_needed": {"ggz_institution": 1e4},
    "with_guests": {"ggz_institution": -3e5, "state": 9e5},
    "several": SHORT | {"state": 1e6},
    "none": SHORT,
    "excluded": {"ggz_institution": -3e6},
}


def through_the_table(result):
    rows = list(contract_rows(result, "EUR_2018", "counts+prior"))
    assert len({row["id"] for row in rows}) == len(rows)
    return negotiation_of(make_results(example().meta, rows, [], []))


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_sentences_and_tables_are_the_same(case, lang):
    result = talk(**CASES[case])
    assert result.verdict == ("none" if case == "excluded" else case)
    back = through_the_table(result)
    assert verdict_sentence(back, lang) == verdict_sentence(result, lang)
    assert proof_sentences(back, lang) == proof_sentences(result, lang)
    # The front, and other contracts than the best, stay with the command.
    kept = negotiation_tables(replace(result, front=(), options=result.options[:1]), lang)
    assert negotiation_tables(back, lang) == kept


def test_without_rows_there_is_no_negotiation():
    assert negotiation_of(make_results(example().meta, [], [], [])) is None
