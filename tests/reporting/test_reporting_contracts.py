"""Contracts in words: every rule, every verdict, and numbers that do not promise more than they hold."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import numpy as np
import pytest
import xarray as xr

from werkzorg.appraisal.contracts.limits import AnyContract
from werkzorg.appraisal.contracts.negotiate import negotiate
from werkzorg.appraisal.contracts.rules import Rule
from werkzorg.errors import ExitCode, WerkzorgError
from werkzorg.reporting.contract_page import contract_page, write_contract_page
from werkzorg.reporting.contracts import (
    claim_sentences,
    negotiation_tables,
    note_sentence,
    proof_sentences,
    rule_clause,
    told_shortly,
    verdict_sentence,
)
from werkzorg.reporting.figures.contracts import contract_claims, contract_front
from werkzorg.reporting.numbers import NO_BREAK, euro_in_text
from werkzorg.reporting.sanitise import dangers

TABLE = ("client", "municipality", "insurer", "ggz_institution")
BETWEEN = {"payer": "municipality", "payee": "ggz_institution"}


def talk(probability=0.8, guests=("state",), **means):
    """Results that go from half to one and a half times their mean, so that chances are simple shares of the draws."""
    draws = 30
    means = {"client": 9e4, "municipality": 9e4, "insurer": 9e4, "ggz_institution": -1e4, "state": 9e4} | means
    steps = np.linspace(0.5, 1.5, draws)
    net = xr.DataArray(
        np.stack([mean * (steps if mean > 0 else steps[::-1]) for mean in means.values()], axis=1),
        dims=("draw", "party"), coords={"draw": np.arange(draws), "party": list(means)},
    )  # fmt: skip
    saving = np.broadcast_to(np.array([2e4, 5e4]), (draws, 2, 2)) * steps[:, None, None]
    quantities = xr.Dataset(
        {
            "participants": ("draw", np.full(draws, 40.0)),
            "placements": ("draw", 20 * steps),
            "months_worked": ("draw", 400 * steps),
            "saving": (("draw", "item", "basis"), saving),
        },
        coords={"draw": np.arange(draws), "item": ["bijstand", "ggz"], "basis": ["causal", "claimed"]},
    )
    return negotiate(net, quantities, probability, TABLE, guests)


@pytest.mark.parametrize(
    ("rule", "nl", "en"),
    [
        (
            Rule(kind="upfront", amount=100.2, **BETWEEN),
            "de gemeente betaalt de GGZ-instelling bij de start €_101 per deelnemer, wat er ook uit komt",
            "the municipality pays the mental health institution €101 per participant at the start, "
            "whatever comes of it",
        ),
        (
            Rule(kind="placement", amount=2026.0, **BETWEEN),
            "de gemeente betaalt de GGZ-instelling €_2.026 voor elke deelnemer die aan het werk komt",
            "the municipality pays the mental health institution €2,026 for every participant who gets a job",
        ),
        (
            Rule(kind="month", amount=38.722, payer="employer", payee="ggz_institution"),
            "de werkgevers betalen de GGZ-instelling €_38,73 voor elke maand dat een deelnemer werkt",
            "the employers pay the mental health institution €38.73 for every month that a participant works",
        ),
        (
            Rule(kind="saving", saving="bijstand", amount=0.2229, cap=36020.14, **BETWEEN),
            "de gemeente betaalt de GGZ-instelling 22,3% van de besparing op bijstand die door het programma komt, "
            "met een maximum van €_36.021",
            "the municipality pays the mental health institution 22.3% of the saving on bijstand (income support) that "
            "is due to the programme, with a maximum of €36,021",
        ),
        (
            Rule(kind="saving", saving="ggz", basis="claimed", amount=0.5, payer="insurer", payee="municipality"),
            "de zorgverzekeraar betaalt de gemeente 50,0% van de besparing op GGZ-zorg zoals die blijkt uit voor en na",
            "the health insurer pays the municipality 50.0% of the saving on mental health care "
            "as it shows from before and after",
        ),
    ],
    ids=lambda value: value.kind if isinstance(value, Rule) else "",
)
def test_every_rule_is_one_clause(rule, nl, en):
    assert rule_clause(rule, "nl") == nl.replace("_", NO_BREAK)
    assert rule_clause(rule, "en") == en


def test_verdict_when_nothing_is_needed():
    text = verdict_sentence(talk(ggz_institution=1e4), "nl")
    assert text.startswith("Ja: ook zonder contract heeft elke partij ten minste 80% kans")
    assert "GGZ meer dan 99%" in text


def test_verdict_when_the_table_can():
    text = verdict_sentence(talk(), "nl")
    assert text.startswith("Ja, het eenvoudigste contract is: ")
    assert "betaalt de GGZ-instelling" in text
    assert "GGZ 80%" in text


def test_verdict_when_a_guest_is_needed():
    result = talk(ggz_institution=-3e5, state=9e5)
    assert verdict_sentence(result, "nl").startswith(
        "Ja, maar alleen als een partij van buiten de tafel meebetaalt, en dan"
    )
    assert verdict_sentence(result, "en").startswith(
        "Yes, but only if a party from outside the table pays as well, and then"
    )
    (proof,) = proof_sentences(result, "nl")
    # Together 1.8e5 s - 3e5 (2 - s), below nil for s < 1.25: 22 of the 30 steps from 0.5 to 1.5.
    assert "verliest samen in 73% van de doorrekeningen" in proof
    assert "in hooguit 60%" in proof


def test_verdict_when_there_is_none_names_who_blocks():
    result = talk(ggz_institution=-3e6)
    text = verdict_sentence(result, "nl")
    assert text.startswith("Nee, geen contract van een of twee regels")
    assert "ook niet als het Rijk meebetaalt" in text
    assert "als de betaler zijn eigen kans houdt, is voor de GGZ-instelling minder dan 1%" in text
    assert len(proof_sentences(result, "nl")) == 2
    assert "excluded" not in verdict_sentence(result, "en")
    # Without guests the sentence does not speak of them.
    assert "ook niet als" not in verdict_sentence(talk(ggz_institution=-3e6, guests=()), "nl")


def test_verdict_when_only_more_rules_do_it():
    result = talk(ggz_institution=-1e3, insurer=-1e3, municipality=-1e3, state=1e6)
    text = verdict_sentence(result, "nl")
    assert text.startswith(
        "Ja, maar niet met een of twee regels: het eenvoudigste contract dat is gevonden, heeft er 3: "
    )
    assert text.count("het Rijk betaalt") == 3
    assert "zorgverzekeraar" in text
    assert verdict_sentence(result, "en").startswith("Yes, but not with one or two rules")


def test_fixed_sums_that_do_not_add_up_are_a_proof():
    """Three parties need 1.2 times 4e4 in 80% of the draws, the state can spare 0.7 times 9e4 there."""
    short = dict.fromkeys(("ggz_institution", "insurer", "municipality"), -4e4)
    result = talk(**short)
    assert result.verdict == "none"
    needs = 3 * next(one.needs for one in result.standings if one.party == "insurer")
    spares = next(one.spares for one in result.standings if one.party == "state")
    assert needs > spares > 0
    (proof,) = [text for text in proof_sentences(result, "nl") if text.startswith("Met vaste bedragen kan het niet")]
    assert all(euro_in_text(amount, "nl", 100.0) in proof for amount in (needs, spares))
    # With enough to spare nothing of the kind is said.
    assert not any("vaste bedragen" in text for text in proof_sentences(talk(**short, state=1e6), "nl"))


def test_what_more_rules_give_is_said_and_not_called_proven():
    result = talk(ggz_institution=-4e4, insurer=-4e4, municipality=-4e4)
    *_, text = proof_sentences(result, "nl")
    assert text.endswith("Dat is gezocht, niet bewezen.")
    assert ("Het beste dat is gevonden" in text) == (result.at_most is not None)
    nothing = proof_sentences(replace(result, at_most=None), "nl")[-1]
    assert (
        nothing == "Ook met meer regels tegelijk is geen contract gevonden dat meer doet. Dat is gezocht, niet bewezen."
    )
    level = proof_sentences(replace(result, most=0.6789, at_most=talk().chosen), "nl")[-1]
    assert "ten minste 67% kans" in level


def test_what_is_not_proven_is_not_claimed():
    result = replace(talk(ggz_institution=-3e6), bound=1234.0, with_all=AnyContract(0.1, 0.8, False))
    assert any("Bewezen is alleen" in text for text in proof_sentences(result, "nl"))
    proven = replace(result, bound=np.inf)
    assert not any("Bewezen is alleen" in text for text in proof_sentences(proven, "nl"))


def test_what_is_within_reach_is_rounded_down():
    result = replace(talk(ggz_institution=-3e6), highest=0.6289, at_highest=talk().chosen)
    assert ". Voor iedereen tegelijk is 62% wel haalbaar" in verdict_sentence(result, "nl")


@pytest.fixture(scope="module")
def simple():
    """A negotiation with a contract of one rule."""
    return talk()


@pytest.fixture(scope="module")
def none(simple):
    """The same as if it were not enough: the best that was found has two rules."""
    rules = (
        Rule(kind="placement", payer="state", payee="municipality", amount=2927.4),
        Rule(
            kind="saving", payer="municipality", payee="ggz_institution", amount=0.2234, saving="bijstand", cap=36_021.0
        ),
    )
    best = replace(simple.chosen, agreement=rules)
    return replace(simple, verdict="none", chosen=None, highest=0.6289, at_highest=best, most=0.6789, at_most=best)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_told_shortly_it_is_short_sentences_and_lists_of_rules_with_round_sums(lang, simple, none):
    told = told_shortly(none, lang)
    (first, second), again = [part for part in told if isinstance(part, list)]
    assert again == [first, second]
    space, about, dot = {"nl": (NO_BREAK, "ongeveer", "."), "en": ("", "about", ",")}[lang]
    assert f"{about} €{space}2{dot}900 " in first
    assert f"{about} 22% " in second and f"{about} €{space}36{dot}000" in second
    sentences = [one for part in told if isinstance(part, str) for one in re.split(r"(?<=[.:])\s", part)]
    assert sentences[0] == {"nl": "Nee.", "en": "No."}[lang]
    assert any("62%" in one for one in sentences) and any("67%" in one for one in sentences)
    # Two lines of a page at most: nobody has to read a sentence twice.
    assert max(len(one.split()) for one in sentences) <= 32
    yes = told_shortly(simple, lang)
    assert yes[0].startswith({"nl": "Ja. ", "en": "Yes. "}[lang]) and isinstance(yes[1], list) and "80%" in yes[2]


def test_english_has_no_article_that_a_level_can_make_wrong(simple, none):
    texts = [verdict_sentence(simple, "en"), verdict_sentence(none, "en"), *proof_sentences(none, "en")]
    told = [part for part in told_shortly(none, "en") if isinstance(part, str)]
    assert not any(re.search(r"\ban? [\d{]", text) for text in (*texts, *told))


def test_a_claim_is_set_beside_what_the_programme_caused():
    """A tenth of 50,000 against a tenth of 20,000: the difference is what would have happened anyway."""
    texts = claim_sentences(talk().claims, "nl")
    assert len(texts) == 2
    for text in texts:
        assert (
            f"betaalt de {'gemeente' if 'gemeente' in text else 'zorgverzekeraar'} gemiddeld €{NO_BREAK}5.000" in text
        )
        assert f"kost €{NO_BREAK}2.000" in text
        assert f"€{NO_BREAK}3.000 te veel betaald" in text


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize(
    "means", [{}, {"ggz_institution": 1e4}, {"ggz_institution": -3e6}], ids=["some", "free", "none"]
)
def test_tables_have_as_many_cells_as_columns(means, lang):
    result = talk(**means)
    tables = negotiation_tables(result, lang)
    assert len(tables[0].rows) == 5
    for table in tables:
        assert {len(row) for row in table.rows} == {len(table.columns)}


def test_note_says_in_what_money():
    assert note_sentence(2018, 40, 60, "nl").startswith("Bedragen in euro's van 2018, voor de hele pilot met 40")
    assert "5 jaar" in note_sentence(2018, 40, 60, "nl")


# The page


def plain(page):
    return unescape(re.sub(r"<[^>]+>", "", page))


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("means", [{}, {"municipality": -9e4, "state": 1e3}], ids=["some", "none"])
def test_page_holds_verdict_tables_and_claims(means, lang):
    result = talk(**means)
    page = contract_page(result, "Pilot", "Note.", lang, "0")
    text = plain(page)
    assert verdict_sentence(result, lang) in text
    for table in negotiation_tables(result, lang):
        assert table.title in text
        assert all(cell in text for row in table.rows for cell in row)
    for shown in (*claim_sentences(result.claims, lang), *proof_sentences(result, lang), "Note."):
        assert shown in text
    assert dangers(page) == []


def test_figures_follow_the_numbers():
    result = talk()
    front = contract_front(result, "nl")
    assert len(front.data) == sum(bool(one.agreement) for one in result.front)
    claims = contract_claims(result, "nl")
    assert len(claims.data) == 2 * len(result.claims)
    dearer = replace(result, claims=(replace(result.claims[0], paid_claimed=77_700.0), *result.claims[1:]))
    assert "77.700" in contract_claims(dearer, "nl").data.iloc[0, 1]
    assert "77.700" in contract_claims(dearer, "nl").svg
    assert contract_claims(replace(result, claims=()), "nl") is None
    assert contract_front(replace(result, front=()), "nl") is None


def test_figure_says_when_no_contract_reaches_what_is_asked():
    none = talk(municipality=-9e4, state=1e3)
    assert none.verdict == "none"
    for result in (none, talk()):
        figure = contract_front(result, "nl")
        if figure is not None:
            assert any("haalt de stippellijn" in note for note in figure.notes) == (result.verdict == "none")


def test_a_failed_fit_is_said_before_the_verdict():
    result = talk()
    text = plain(contract_page(result, "Pilot", "Note.", "nl", "0", stop=True))
    assert text.index("Gebruik de getallen hieronder niet") < text.index(verdict_sentence(result, "nl"))
    assert "Gebruik de getallen hieronder niet" not in plain(contract_page(result, "Pilot", "Note.", "nl", "0"))


def test_page_is_written_and_a_wrong_name_refused(tmp_path):
    result = talk()
    written = write_contract_page(result, "Pilot", "Note.", tmp_path / "page.html", "nl", "0")
    assert verdict_sentence(result, "nl") in plain(written.read_text(encoding="utf8"))
    with pytest.raises(WerkzorgError) as caught:
        write_contract_page(result, "Pilot", "Note.", tmp_path / "page.txt", "nl", "0")
    assert caught.value.exit_code == ExitCode.CONFIGURATION


def test_dutch_page_has_no_english():
    text = plain(contract_page(talk(), "Pilot", "Let wel.", "nl", "0"))
    english = r"\b(the|pays|contracts that|chance|saving|worst|answer|party)\b"
    assert not re.search(english, text[text.index("Het antwoord") :])
