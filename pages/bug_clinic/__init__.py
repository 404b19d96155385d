"""The bug clinic: a patient trains, tests are ordered, the disease is named, and the script shows its line."""
