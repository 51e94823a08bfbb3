"""What every folder of memlab shares; imports nothing else of memlab."""
