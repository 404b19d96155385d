"""What the lessons ask besides Question 2: tasks, right answers, and the mistakes that wrong answers show."""
