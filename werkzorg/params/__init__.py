"""Prices, rules, evidence and parties: every value with its date, unit, source, status and uncertainty."""

from werkzorg.params.catalogue import Amount, Catalogue, catalogue
from werkzorg.params.distributions import Distribution
from werkzorg.params.files import shipped
from werkzorg.params.health import health
from werkzorg.params.parties import Party, parties
from werkzorg.params.reader import read_text, read_yaml
from werkzorg.params.schema import DatedValue, Label, Parameter, Source

__all__ = [
    "Amount",
    "Catalogue",
    "DatedValue",
    "Distribution",
    "Label",
    "Parameter",
    "Party",
    "Source",
    "catalogue",
    "health",
    "parties",
    "read_text",
    "read_yaml",
    "shipped",
]
