"""A price of the pilot that what leaves does not show: only an amount, and only one that the pilot itself gives."""

from __future__ import annotations

import pytest

from werkzorg.errors import ExitCode, WerkzorgError
from werkzorg.params.catalogue import catalogue


def own(identifier, value, **more):
    source = {"title": "Contract", "publisher": "Stad", "year": 2018}
    values = [{"from": "2018-01-01", "value": value}]
    return {"id": identifier, "values": values, "source": source, "status": "verified"} | more


def test_a_price_of_the_pilot_can_be_confidential_and_is_not_so_by_itself():
    for given, confidential in (({}, False), ({"confidential": True}, True)):
        local = catalogue().with_overrides([own("ggz.cost_per_client", 4321.0, **given)])
        assert local.get("ggz.cost_per_client").confidential is confidential
    assert not any(parameter.confidential for parameter in catalogue())


def test_what_is_no_amount_cannot_be_confidential():
    with pytest.raises(WerkzorgError) as caught:
        catalogue().with_overrides([own("p_hours_week", 20.0, confidential=True)])
    assert caught.value.exit_code == ExitCode.CONFIGURATION
    assert caught.value.problems[0].identifier == "params.confidential"
