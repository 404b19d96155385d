"""Chalknet's library: models, training, data, runs and the convolution explainer, without the app."""
