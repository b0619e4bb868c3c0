"""The case desk: the queue, a case, what can be done with it, and how it comes in."""
