"""Chalknet's library: models, training, data, runs and the convolution explainer, without the app."""

import os

# How torch's threads wait for one another; OpenMP reads this when torch is loaded, so it stands here, before any import
# of it. By default a waiting thread spins on its core for long. When a browser wants that core, the thread that all
# others wait for does not get to run: with two busy neighbours on two cores the handout's MLP fell from 9,000 images a
# second to 90. Threads that spin for a moment and then sleep keep 6,700 to 10,900 there, and 22,000 on a quiet machine,
# where threads that sleep at once reach only 14,000.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # for OpenMP libraries other than GNU's
os.environ.setdefault("GOMP_SPINCOUNT", "10000")
