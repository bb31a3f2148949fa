"""What benchmarks/coding_statistics.py is made of."""
