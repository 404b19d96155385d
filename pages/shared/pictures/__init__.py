"""What is drawn: curves while they grow, feature maps, strips of pictures, Question 2's grids."""
