"""Tables of the technical report: every quantity of the posterior, in the language of the report."""

import numpy as np
import pytest
import xarray as xr

from werkzorg.params import catalogue
from werkzorg.reporting.document import section_markup
from werkzorg.reporting.technical import ledger_table, posterior_table

COUNT = 100


@pytest.fixture(scope="module")
def posterior(tmp_path_factory):
    path = tmp_path_factory.mktemp("posterior") / "posterior.nc"
    draws = np.linspace(0.0, 1.0, 4)
    data = xr.Dataset({f"value.{k}": ("draw", draws + k) for k in range(COUNT)})
    data.to_netcdf(path, engine="h5netcdf")
    return str(path)


@pytest.mark.parametrize(("lang", "shape"), [("nl", "4 trekkingen"), ("en", "4 draws")])
def test_all_quantities_are_listed_with_their_shape_in_words(posterior, lang, shape, results):
    data = posterior_table(posterior, lang, results).data
    assert list(data.iloc[:, 0]) == [f"value.{k}" for k in range(COUNT)]
    # Number and word stay together: else each of a hundred rows takes two lines.
    assert set(data.iloc[:, 1]) == {shape.replace(" ", "\u00a0")}


def test_parameters_of_other_kinds_of_programme_are_not_listed(tmp_path, results):
    used = next(row.id for row in results.assumption_rows() if row.id in catalogue())
    unused = next(one.id for one in catalogue() if one.id not in {row.id for row in results.assumption_rows()})
    path = tmp_path / "posterior.nc"
    xr.Dataset({name: ("draw", np.zeros(4)) for name in (used, unused, "derived")}).to_netcdf(path, engine="h5netcdf")
    assert list(posterior_table(str(path), "nl", results).data.iloc[:, 0]) == [used, "derived"]


def test_only_a_short_section_stays_with_its_figure_on_paper():
    assert 'class="section"' in section_markup("<h2>x</h2>", ["a", "", "b"], "nl")
    assert 'class="section long"' in section_markup("<h2>x</h2>", ["a", "b", "c"], "nl")


def test_entries_with_one_name_are_one_line(tmp_path, results):
    """Two benefits for employers go from the same payer to the same payee under one name: a reader saw it twice."""
    item = next(row.item for row in results.rows(quantity="flow"))
    coords = {
        "arm": ["programme", "without"], "entry": ["lkv", "liv", "other"], "year": [1, 2],
        "payer": ("entry", ["state"] * 3), "payee": ("entry", ["employer", "employer", "client"]),
        "item": ("entry", [item] * 3), "kind": ("entry", ["transfer"] * 3),
    }  # fmt: skip
    values = np.zeros((2, 5, 3, 2))
    values[0, :, :, 0], values[0, :, :, 1] = (100.0, 50.0, 7.0), (0.0, 25.0, 0.0)
    path = tmp_path / "ledger.nc"
    xr.Dataset({"entry_year": (("arm", "draw", "entry", "year"), values)}, coords).to_netcdf(path, engine="h5netcdf")
    table = ledger_table(str(path), "en", results).data
    people = results.meta["participants_planned"]
    shown = [[int(cell.replace("€", "").replace(",", "")) for cell in table[f"Year {n}"]] for n in (1, 2)]
    # Steps of a twentieth of the range between the years at most.
    assert shown == [[pytest.approx(150 * people, rel=0.05), pytest.approx(7 * people, rel=0.05)],
                     [pytest.approx(25 * people, rel=0.05), 0]]  # fmt: skip
