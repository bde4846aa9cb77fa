"""The scenario explorer: stored yearly quantities per draw, a page and a widget that put prices on them."""
