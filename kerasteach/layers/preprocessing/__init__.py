"""Layers that turn raw data into what models like: numbers scaled, classes and words as indices or vectors."""
