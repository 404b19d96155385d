"""Question 6's own parts: race, sweep, seeds, microscope, landscapes, the loss plane."""
