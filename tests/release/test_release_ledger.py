"""The ledger of releases: people as keyed digests, nothing that differs from earlier by a few, nothing lost."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from datetime import datetime

import pytest

from werkzorg.cases.release_ledger import (
    COMPARISONS,
    LEDGER,
    SECRET,
    Entry,
    Ledger,
    keyed,
    note_event,
    read_ledger,
    refused_by_ledger,
    secret_of,
    seed_of,
    write_ledger,
)
from werkzorg.errors import ExitCode, WerkzorgError

SECRET_KEY = b"geheim"
PEOPLE = [keyed(SECRET_KEY, f"VB-KANARIE{number:02}") for number in range(80)]


def entry(first=0, last=40, pilot="proef", changed=0, **more):
    """A release about some of the people, of whom something was corrected for the first few."""
    group = frozenset(PEOPLE[first:last])
    states = {person: "nieuw" if PEOPLE.index(person) < changed else "oud" for person in group}
    facts = {"by": "A. de Vries", "at": "2026-01-01T10:00:00+01:00", "run_id": "r1", "stamp": "0a1b2c3d"}
    return Entry(pilot, **facts, sets={"people": group}, states=states, **more)


def ledger(tmp_path, *entries):
    return Ledger(tmp_path / "vertrouwelijk", entries)


@pytest.mark.parametrize(
    ("new", "rules"),
    [
        (entry(), ()),
        (entry(0, 39), ("SDC-21",)),
        (entry(0, 31), ("SDC-21",)),
        (entry(0, 30), ()),
        (entry(0, 41), ("SDC-21",)),
        (entry(0, 49), ("SDC-21",)),
        (entry(0, 50), ()),
        (entry(5, 45), ("SDC-21",)),
        (entry(10, 50), ()),
        (entry(40, 80), ()),
        (entry(changed=1), ("SDC-22",)),
        (entry(changed=9), ("SDC-22",)),
        (entry(changed=10), ()),
        (entry(0, 43, changed=3), ("SDC-21", "SDC-22")),
    ],
)
def test_what_differs_from_an_earlier_release_by_one_to_nine_people_is_refused(tmp_path, new, rules):
    assert refused_by_ledger(new, ledger(tmp_path, entry())) == rules


def test_every_earlier_release_counts_not_only_the_last(tmp_path):
    assert refused_by_ledger(entry(0, 20), ledger(tmp_path, entry(0, 22), entry(0, 40))) == ("SDC-21",)


def test_it_counts_of_whatever_pilot_and_for_whomever(tmp_path):
    other = entry(0, 37, pilot="andere")
    assert refused_by_ledger(entry(), ledger(tmp_path, other)) == ("SDC-21",)


def test_a_release_that_was_recalled_does_not_stand_in_the_way(tmp_path):
    assert refused_by_ledger(entry(0, 39), ledger(tmp_path, entry(recalled={"by": "A", "at": "nu"}))) == ()


def test_sets_of_which_nothing_was_shown_may_differ(tmp_path):
    few = {"lost.programme": frozenset(PEOPLE[:2])}
    more = {"lost.programme": frozenset(PEOPLE[:3])}
    earlier = replace(entry(), sets=entry().sets | few, hidden=("lost.programme",))
    new = replace(entry(), sets=entry().sets | more, hidden=("lost.programme",))
    assert refused_by_ledger(new, ledger(tmp_path, earlier)) == ()
    assert refused_by_ledger(replace(new, hidden=()), ledger(tmp_path, replace(earlier, hidden=()))) == ("SDC-21",)


def test_two_sets_on_one_subject_in_one_release_are_compared_too(tmp_path):
    sets = {"cost.programme": frozenset(PEOPLE[:40]), "cost.all": frozenset(PEOPLE[:43])}
    assert refused_by_ledger(replace(entry(), sets=sets), ledger(tmp_path)) == ("SDC-21",)


@pytest.mark.parametrize("name", COMPARISONS)
def test_without_a_rule_its_release_would_pass(tmp_path, name):
    new = {"SDC-21": entry(0, 39), "SDC-22": entry(changed=3), "SDC-24": run("r4")}[name]
    before = ledger(tmp_path, entry(), *(run("r2"), run("r3")) if name == "SDC-24" else ())
    left = {other: rule for other, rule in COMPARISONS.items() if other != name}
    assert refused_by_ledger(new, before) == (name,)
    assert refused_by_ledger(new, before, comparisons=left) == ()


def run(run_id, at="2026-01-01T10:00:00+01:00", **more):
    return replace(entry(**more), run_id=run_id, at=at)


def test_a_fourth_run_about_the_same_people_in_a_year_waits(tmp_path):
    before = ledger(tmp_path, run("r1", "2025-03-01T10:00:00+01:00"), run("r2"), run("r3"))
    assert refused_by_ledger(run("r4"), before) == ("SDC-24",)
    # The same run again tells nothing new; more may be agreed; about others it starts anew; after a year as well.
    assert refused_by_ledger(run("r2"), before) == refused_by_ledger(run("r4"), before, releases=4) == ()
    assert refused_by_ledger(run("r4", first=40, last=80), before) == ()
    assert refused_by_ledger(run("r4", "2026-03-01T10:00:00+01:00"), before) == ()
    taken_back = ledger(tmp_path, *before.entries[:2], replace(before.entries[2], recalled={"by": "A", "at": "nu"}))
    assert refused_by_ledger(run("r4"), taken_back) == ()


def test_a_file_for_an_analyst_counts_as_what_left(tmp_path):
    """Draws of all people left the house: a release with one person fewer gives that person away to the analyst."""
    given = {"analyst": "P. Bakker", "file": "verkenner.html", "digest": "ab", "draws": 50}
    before = ledger(tmp_path, run("verkenner 0a1b2c3d", given=given))
    assert refused_by_ledger(entry(0, 39), before) == ("SDC-21",) and refused_by_ledger(entry(), before) == ()
    # Of the same data it is no further run; of other data it is.
    both = ledger(tmp_path, run("r2"), run("r3"), *before.entries)
    assert refused_by_ledger(run("r4"), both) == ()
    old = ledger(tmp_path, run("r2"), run("r3"), replace(before.entries[0], stamp="11111111"))
    assert refused_by_ledger(run("r4"), old) == ("SDC-24",)


def test_a_supplier_that_asks_for_more_gets_more(tmp_path):
    assert refused_by_ledger(entry(0, 50), ledger(tmp_path, entry()), threshold=15) == ("SDC-21",)


def test_it_is_read_back_as_it_was_written(tmp_path):
    made = ledger(
        tmp_path,
        entry(shown={"people": (37.5, 42.5)}, hidden=("x",)),
        entry(10, 60, changed=12, given={"analyst": "A", "file": "x.html", "digest": "ab", "draws": 9}),
    )
    write_ledger(made)
    note_event(made.folder, "forgotten", datetime(2026, 1, 2, 3, 4, 5))
    found = read_ledger(made.folder)
    assert [vars(one) for one in found.entries] == [vars(one) for one in made.entries]
    assert found.events == ({"kind": "forgotten", "at": "2026-01-02T03:04:05"},)


def test_it_holds_no_pseudonym_and_is_for_its_owner_alone(tmp_path):
    made = ledger(tmp_path, entry())
    write_ledger(made)
    path = made.folder / LEDGER
    assert "KANARIE" not in path.read_text(encoding="utf8")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(made.folder.stat().st_mode) == 0o700
    # People stand in the order of their digests: no place says when somebody came.
    people = json.loads(path.read_text(encoding="utf8"))["people"]
    assert people == sorted(people)


def test_without_a_ledger_a_removal_writes_none(tmp_path):
    note_event(tmp_path, "cleaned", datetime(2026, 1, 1))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"people": [], "releases": [{}], "events": []}'])
def test_a_damaged_ledger_lets_nothing_leave(tmp_path, content):
    (tmp_path / LEDGER).write_text(content, encoding="utf8")
    with pytest.raises(WerkzorgError) as error:
        read_ledger(tmp_path)
    assert error.value.exit_code == ExitCode.RELEASE


def test_the_secret_is_drawn_once_and_kept_for_the_owner(tmp_path):
    zone = tmp_path / "vertrouwelijk"
    assert secret_of(zone, make=False) == b""
    secret = secret_of(zone)
    assert len(secret) == 32 and secret_of(zone) == secret
    assert stat.S_IMODE((zone / SECRET).stat().st_mode) == 0o600


def test_a_lost_secret_is_no_new_start(tmp_path):
    made = ledger(tmp_path, entry())
    write_ledger(made)
    with pytest.raises(WerkzorgError) as error:
        secret_of(made.folder)
    assert error.value.exit_code == ExitCode.RELEASE
    (made.folder / SECRET).write_text("geen sleutel", encoding="utf8")
    with pytest.raises(WerkzorgError):
        secret_of(made.folder)


def test_the_seed_follows_from_data_and_secret_and_from_nothing_else():
    data = {"months.csv": "aa", "cases.csv": "bb"}
    seed = seed_of(b"geheim", data)
    assert seed == seed_of(b"geheim", dict(reversed(data.items())))
    assert seed != seed_of(b"ander", data) and seed != seed_of(b"geheim", data | {"cases.csv": "bc"})
    assert 0 <= seed < 2**32
