"""Who pays whom for what: chart of accounts, settlement by the rules, balance."""
