"""Methods and Results of a run as text that can go into a paper, in Markdown and LaTeX."""
