"""Attention: each query asks all keys, and gets a mean of the values, weighed by how well their keys answer."""
