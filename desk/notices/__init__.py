"""Notices (文书): what each says stands in data/desk/papers; the register numbers and keeps them (cases/papers_issued.py)."""
