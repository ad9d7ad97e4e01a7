"""What the second ear reaches: closed sets, people's sentences as phrases, cries against everything else."""
