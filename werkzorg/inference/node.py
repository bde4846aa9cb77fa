"""A compiled log likelihood as one node of the PyMC graph, with its own gradient."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable
from types import ModuleType

import numba
import numpy as np
import pytensor.tensor as pt
from pytensor.gradient import disconnected_type
from pytensor.graph.basic import Apply
from pytensor.graph.op import Op
from pytensor.link.numba.dispatch.basic import register_funcify_default_op_cache_key


class LogLikelihood(Op):
    """Scalar log likelihood of a vector of parameters and any number of data arrays; second output is the gradient.

    Parameters
    ----------
    function : callable
        Compiled function of (parameters, data...) to (value, gradient).
    *modules : module
        Modules that hold its code: their text stands in the key of the compile cache, so that a changed likelihood
        is never served from an old compilation.
    """

    __props__ = ("version",)

    def __init__(self, function: Callable, *modules: ModuleType) -> None:
        self.function = function
        text = "".join(inspect.getsource(module) for module in modules)
        self.version = int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big")
        super().__init__()

    def make_node(self, *inputs) -> Apply:
        """Symbolic call: a scalar log likelihood and a vector of derivatives."""
        return Apply(self, [pt.as_tensor(x) for x in inputs], [pt.dscalar(), pt.dvector()])

    def perform(self, node, inputs, outputs) -> None:
        """Evaluate (used by backends other than numba)."""
        value, gradient = self.function(*inputs)
        outputs[0][0], outputs[1][0] = np.asarray(value), gradient

    def connection_pattern(self, node) -> list[list[bool]]:
        """Only the first output depends differentiably on the first input."""
        return [[True, False], *([False, False] for _ in node.inputs[1:])]

    def pullback(self, inputs, outputs, cotangents) -> list:
        """Gradient with respect to the parameters; data have none."""
        return [cotangents[0] * outputs[1], *(disconnected_type() for _ in inputs[1:])]


@register_funcify_default_op_cache_key(LogLikelihood)
def _compile_with_numba(op, node, **kwargs):
    function = op.function

    # No cache of numba's own here: it would look at this file only, not at the one with the likelihood.
    @numba.njit
    def evaluate(*inputs):
        value, gradient = function(*inputs)
        return np.asarray(value), gradient

    return evaluate, op.version
