"""What is looked at before anything is simulated: what is refused, and what a planner should look at twice."""
