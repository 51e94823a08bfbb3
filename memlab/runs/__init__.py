"""Whole jobs, as the command line and Python start them: one file a job."""
