"""The addresses of the public server: parse, call, answer."""
