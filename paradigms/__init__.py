"""What is studied and how it is tested: designs of experiments and the materials they draw on."""
