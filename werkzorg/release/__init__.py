"""The release table: every number that a reader may see, and nothing else."""
