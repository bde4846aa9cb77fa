"""What it comes to: present values per party, summaries, payback, ratios, what drives the answer."""
