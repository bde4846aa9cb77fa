"""Tables of the technical report: every quantity of the posterior, in the language of the report."""

import numpy as np
import pytest
import xarray as xr

from werkzorg.params import catalogue
from werkzorg.reporting.document import section_markup
from werkzorg.reporting.technical import posterior_table

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
