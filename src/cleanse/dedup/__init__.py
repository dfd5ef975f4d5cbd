"""Near-duplicates are found, verified on the text and settled here: kept text in, matches, clusters and verdicts out."""
