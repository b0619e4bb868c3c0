"""The commands of `zhilu`, a module a theme: each parses its words and calls what does the work.

What a command needs is imported when it runs: `zhilu status` must not load a web server, nor `--help` a database.
"""
