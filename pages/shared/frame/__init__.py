"""What is around every page: sidebar, person, engine, tabs."""
