"""The rules of petitioning (信访): pure values and functions, no input or output, no framework."""
