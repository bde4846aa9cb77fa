"""The rules of law as pure functions: amounts come in through :class:`Law`, never from code.

All functions broadcast over numpy arrays. Money is in euros of the valuation year.
"""

from werkzorg.rules.law import Household, Law
from werkzorg.rules.lawbook import law_on

__all__ = ["Household", "Law", "law_on"]
