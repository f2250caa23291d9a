"""Whether all that goes wrong on a farm is told, once and soon, and nothing else."""
