"""What is said: settings, expected times, progress, and what people typed, as sentences."""
