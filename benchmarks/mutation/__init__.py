"""Mutation check: small faults are planted in ledger, rules and appraisal; a test must see each of them."""
