"""Coordinates of drawings are equal to amounts by chance: told apart from amounts that were drawn."""

from __future__ import annotations

import random

import pytest

from werkzorg.release.decoding import Layer
from werkzorg.release.scan import Wanted, is_telling, kinds_in


@pytest.fixture(scope="module")
def world():
    """Amounts of 1,500 people, and a page with the coordinates of large figures in which some occur by chance."""
    chance = random.Random(20180629)
    amounts = frozenset(filter(is_telling, (round(chance.uniform(100, 2000), 2) for _ in range(1500))))
    places = " ".join(f"{chance.uniform(0, 720):.2f} {chance.uniform(0, 400):.2f}" for _ in range(3000))
    return Wanted(amounts=amounts), f'<svg><path d="M{places}"/></svg>'


def found(page, wanted):
    return kinds_in(Layer("", page.encode()), wanted)


def test_places_that_are_equal_by_chance_are_no_find(world):
    wanted, page = world
    values = {float(text) for text in page.split('"')[1][1:].split()}
    assert len(values & wanted.amounts) > 10
    assert found(page, wanted) == []


@pytest.mark.parametrize("mark", ["points", "d", "x"])
def test_amounts_that_were_drawn_are_found(world, mark):
    wanted, page = world
    drawn = " ".join(f"{amount:.2f}" for amount in sorted(wanted.amounts)[:100])
    assert found(f'{page}<svg><polyline {mark}="{drawn}"/></svg>', wanted) == ["amount"]


def test_one_amount_in_words_or_in_an_attribute_that_is_no_place_is_found(world):
    wanted, page = world
    amount = sorted(wanted.amounts)[7]
    for form in ('<text x="3">{}</text>', '<g aria-label="{}"></g>', "<p>{}</p>"):
        assert found(page + form.format(amount), wanted) == ["amount"]
