"""The page Teaching: plans by the clock, their links and numbers, the rehearsal, and the same on paper."""
