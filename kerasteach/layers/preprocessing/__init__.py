"""Layers that turn raw data into what models like: numbers scaled, classes and words as indices or vectors."""

from .category_encoding import CategoryEncoding
from .discretization import Discretization
from .hashing import Hashing
from .normalization import Normalization
from .rescaling import Rescaling
from .string_lookup import IntegerLookup, StringLookup
from .text_vectorization import TextVectorization

__all__ = [
    "CategoryEncoding", "Discretization", "Hashing", "IntegerLookup", "Normalization", "Rescaling", "StringLookup",
    "TextVectorization",
]  # fmt: skip
