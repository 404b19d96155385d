"""The page Room: a desk for the teacher, a seat for everybody else."""
