"""The case register: the only room with SQL in it."""
