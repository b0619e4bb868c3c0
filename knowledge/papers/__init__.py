"""Papers that people need (信访信、申请书 …): a template, and what the citizen said put into it unchanged."""

from knowledge.papers.load import load_papers
from knowledge.papers.offer import offered
from knowledge.papers.paper import Paper, Papers
from knowledge.papers.render import blanks, render

__all__ = ["Paper", "Papers", "blanks", "load_papers", "offered", "render"]
