"""What is said: settings, durations and troubles as sentences."""
