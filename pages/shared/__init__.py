"""What two or more lessons use, in rooms of its own; a lesson's own parts lie in the lesson's folder."""
