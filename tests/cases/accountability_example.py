"""A complete, made-up `verantwoording.yml`."""

FULL = """
purpose: Evaluatie van een verzonnen pilot
controllers:
- {name: Gemeente Verzonnen, role: opdrachtgever}
suppliers:
- name: Gemeente Verzonnen
  tables: [intake_wi]
  legal_basis: artikel 6 lid 1 onder e
  special_category_exception: artikel 9 lid 2 onder j
- name: Instelling Verzonnen
  tables: [intake_ggz]
  legal_basis: artikel 6 lid 1 onder a
  special_category_exception: artikel 9 lid 2 onder a
  smallest_group: 15
dpia: {date: 2017-11-01, outcome: akkoord}
data_protection_officer: F. Verzonnen
consent: {text_version: versie 2}
key_holder: derde partij
retention_until: 2025-12-31
views: {municipality: rapport voor gemeente}
"""
