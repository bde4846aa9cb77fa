"""Every worked example in the rule files comes out as written."""

import numpy as np
import pytest

from werkzorg.params import catalogue
from werkzorg.rules.examples import outcome, read_examples

EXAMPLES = read_examples()


@pytest.mark.parametrize("example", EXAMPLES, ids=[f"{e.rule}: {e.name.en}" for e in EXAMPLES])
def test_example(example):
    result = outcome(example, catalogue())
    for key, expected in example.output.items():
        # The tolerance and its reason stand in the example; machine rounding comes on top where it is zero.
        np.testing.assert_allclose(result[key], expected, rtol=1e-12, atol=example.tolerance, err_msg=example.reason)


def test_every_rule_module_has_an_example():
    modules = {example.rule.split(".")[0] for example in EXAMPLES}
    assert modules == {
        "bijstand",
        "buig",
        "client",
        "employer_benefits",
        "loonkostensubsidie",
        "no_riskpolis",
        "risk_equalisation",
        "wage",
    }
