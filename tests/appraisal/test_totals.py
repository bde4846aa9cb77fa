"""Sums per party from a handful of entries, by hand."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr

from werkzorg import constants
from werkzorg.appraisal.totals import add_by_party, label_net, step_weights
from werkzorg.errors import WerkzorgError
from werkzorg.ledger.accounts import Account
from werkzorg.params import parties

NAMES = [party.id for party in parties()]
ACCOUNTS = (
    Account("wage", "employer", "client", "wage"),
    Account("made", "outside", "employer", "production"),
    Account("care", "insurer", "outside", "care"),
    Account("unused", "state", "client", "other"),
)


def steps(number, length):
    return SimpleNamespace(step=length, episodes=np.zeros((2, number)))


def test_weights_are_discounted_by_programme_year_up_to_each_horizon():
    found = step_weights([12, 24, 30], 0.25, steps(3, 12))
    # Columns: both views of a horizon beside each other; a step that is not over at the horizon does not count.
    assert found.tolist() == [[1, 1, 1, 1, 1, 1], [0, 0, 0.8, 1, 0.8, 1], [0] * 6]


def test_half_years_have_the_factor_of_their_year():
    found = step_weights([24], 0.25, steps(4, 6))
    assert found.tolist() == [[1, 1], [1, 1], [0.8, 1], [0.8, 1]]
    assert step_weights([6], 0.25, steps(4, 6))[:, 0].tolist() == [1, 0, 0, 0]
    # The thirteenth month is the first of the second year.
    assert step_weights([24], 0.25, steps(14, 1))[:, 0].tolist() == [*[1] * 12, 0.8, 0.8]


def test_entries_are_booked_with_payer_and_payee():
    entries = {
        "wage": np.array([[10.0, 20.0], [1.0, 2.0]]), "made": np.array([[40.0, 0.0], [0.0, 4.0]]),
        "care": np.array([[-8.0, 0.0], [0.0, 16.0]]),
    }  # fmt: skip
    columns = np.array([[1.0, 1.0, 1.0], [0.0, 0.5, 1.0]])
    net, error = add_by_party(entries, ACCOUNTS, columns)
    assert net.shape == (len(NAMES), 2, 3) and error == 0
    by_party = {name: net[place].tolist() for place, name in enumerate(NAMES) if net[place].any()}
    assert by_party == {
        "client": [[10, 20, 30], [1, 2, 3]], "employer": [[30, 20, 10], [-1, 0, 1]],
        "insurer": [[8, 8, 8], [0, -8, -16]], "outside": [[-48, -48, -48], [0, 6, 12]],
    }  # fmt: skip


def test_without_entries_there_is_one_draw_of_nothing():
    net, error = add_by_party({}, ACCOUNTS, np.ones((2, 4)))
    assert net.shape == (len(NAMES), 1, 4) and not net.any() and error == 0


def test_rounding_is_told_as_a_part_of_what_flows_in_its_worst_column(monkeypatch):
    """Amounts that do not fit into a double: each is rounded when it is added to the other."""
    entries = {"wage": np.array([[1e20, 1.0]]), "made": np.array([[1e4 / 3, 1.0]])}
    net, error = add_by_party(entries, ACCOUNTS, np.eye(2))
    inside = [place for place, name in enumerate(NAMES) if name != "outside"]
    lost = abs(net[inside].sum(axis=0) - [[1e4 / 3, 1.0]])[0]
    assert lost[1] == 0 < lost[0]
    assert error == pytest.approx(lost[0] / 1e20, rel=1e-9, abs=0)
    # What is allowed may just be met.
    monkeypatch.setattr(constants, "BALANCE_TOLERANCE", error)
    assert add_by_party(entries, ACCOUNTS, np.eye(2))[1] == error
    monkeypatch.setattr(constants, "BALANCE_TOLERANCE", error / 2)
    with pytest.raises(WerkzorgError):
        add_by_party(entries, ACCOUNTS, np.eye(2))


def test_an_amount_that_is_no_number_stops_the_sum():
    with pytest.raises(WerkzorgError):
        add_by_party({"wage": np.array([[np.nan]])}, ACCOUNTS, np.ones((1, 1)))


def test_blocks_are_added_and_society_is_everybody_inside():
    blocks = [np.arange(len(NAMES) * 24.0).reshape(len(NAMES), 3, 8) * factor for factor in (1.0, 10.0)]
    posterior = xr.Dataset(coords={"draw": [5, 9, 7]})
    found = label_net(blocks, [12, 24, 36, 60], posterior)
    assert found.dims == ("party", "draw", "horizon", "view") and found["draw"].values.tolist() == [5, 9, 7]
    inside = [name for name in NAMES if name != "outside"]
    assert found["party"].values.tolist() == [*inside, "society"]
    for name in inside:
        whole = 11 * (NAMES.index(name) * 24 + np.arange(24.0).reshape(3, 4, 2))
        assert found.sel(party=name).values.tolist() == whole.tolist()
    total = found.sel(party=inside).sum("party")
    assert (found.sel(party="society") == total).all() and float(total.min()) > 0
