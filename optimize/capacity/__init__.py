"""What people can carry in each window of the week, and how many of them may come or go."""
