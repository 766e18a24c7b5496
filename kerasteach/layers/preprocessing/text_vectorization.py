"""`TextVectorization`: sentences to sequences of indices, or to bags of words."""

import re

import numpy as np

from ... import config
from .category_encoding import refuse_sparse
from .counts import rows_of
from .data_layer import DataLayer, as_strings, batches_of
from .encoding import MODES, check_mode
from .string_lookup import StringLookup

_PUNCTUATION = re.compile(r"""[!"#$%&()*+,\-./:;<=>?@\[\\\]^_`{|}~']""")
_STANDARDS = {
    None: lambda text: text,
    "lower": str.lower,
    "strip_punctuation": lambda text: _PUNCTUATION.sub("", text),
    "lower_and_strip_punctuation": lambda text: _PUNCTUATION.sub("", text.lower()),
}
_SPLITS = {"whitespace": str.split, "character": list}


class TextVectorization(DataLayer):
    """Text made plain, cut into tokens, and every token replaced by its index in a vocabulary.

    Args:
        max_tokens: largest size of the vocabulary, padding and unknown token included.
        standardize: `"lower_and_strip_punctuation"`, `"lower"`, `"strip_punctuation"`, None, or a function of an array
            of strings.
        split: `"whitespace"`, `"character"`, None, or a function of an array of strings that gives lists of tokens.
        ngrams: n, for all groups of up to n tokens in a row; or a tuple of lengths.
        output_mode: `"int"` for sequences; `"multi_hot"`, `"count"` or `"tf_idf"` for one vector a text.
        output_sequence_length: length that sequences are cut or padded to; the longest of the batch by default.
        pad_to_max_tokens: whether vectors are `max_tokens` long however small the vocabulary.
        vocabulary: list or array of tokens; or the path of a file with one a line. Else call `adapt(texts)`.
        idf_weights: with `"tf_idf"`, how rare each token is.
        sparse, ragged: must be False.
        encoding: how bytes are read.

    Input shape: `(batch,)` or `(batch, 1)`, strings. Output shape: `(batch, tokens)`, or `(batch, vocabulary)`.

    Raises:
        ValueError: for arguments that contradict each other, or input of another shape.

    Source: https://keras.io/api/layers/preprocessing_layers/text/text_vectorization/

    >>> layer = TextVectorization(output_sequence_length=4)
    >>> layer.adapt(["the cat sat", "The dog!"])
    >>> layer.get_vocabulary()
    ['', '[UNK]', 'the', 'sat', 'dog', 'cat']
    >>> layer(["the bird sat"])
    array([[2, 1, 3, 0]])
    """

    def __init__(
        self,
        max_tokens=None,
        standardize="lower_and_strip_punctuation",
        split="whitespace",
        ngrams=None,
        output_mode="int",
        output_sequence_length=None,
        pad_to_max_tokens=False,
        vocabulary=None,
        idf_weights=None,
        sparse=False,
        ragged=False,
        encoding="utf-8",
        name=None,
        **kwargs,
    ):
        refuse_sparse(sparse)
        if ragged:
            raise ValueError("`ragged=True` can only be used with the TensorFlow backend. Fix: set output_sequence_length.")
        output_mode = {"binary": "multi_hot", "tf-idf": "tf_idf"}.get(output_mode, output_mode)
        check_mode(output_mode, "TextVectorization", (*MODES, "tf_idf"))
        _check_choice("standardize", standardize, _STANDARDS)
        _check_choice("split", split, {None, *_SPLITS})
        if not (ngrams is None or isinstance(ngrams, int) or (isinstance(ngrams, tuple) and all(isinstance(n, int) for n in ngrams))):
            raise ValueError(f"`ngrams` must be None, an integer, or a tuple of integers. Received: ngrams={ngrams}")
        if output_sequence_length is not None and (output_mode != "int" or not isinstance(output_sequence_length, int)):
            raise ValueError(
                "`output_sequence_length` must be either None or an integer, and only set when `output_mode` is 'int'. "
                f"Received: output_sequence_length={output_sequence_length}, output_mode={output_mode}"
            )
        size = kwargs.pop("vocabulary_size", None)
        fixed = kwargs.pop("has_input_vocabulary", vocabulary is not None)
        super().__init__(name=name, **kwargs)
        self.standardize, self.split, self.ngrams, self.encoding = standardize, split, ngrams, encoding
        self.output_mode, self.output_sequence_length = output_mode, output_sequence_length
        # Not a sublayer: its variables and files are this layer's own.
        self.__dict__["lookup"] = StringLookup(
            max_tokens=max_tokens, vocabulary=vocabulary, idf_weights=idf_weights, pad_to_max_tokens=pad_to_max_tokens,
            mask_token="", output_mode=output_mode, encoding=encoding, has_input_vocabulary=fixed, vocabulary_size=size,
        )  # fmt: skip

    # The vocabulary

    def adapt(self, data, batch_size=None, steps=None):
        """Make the vocabulary of the tokens in the texts, the most frequent first.

        Args:
            data: list or array of texts, or an iterable of batches of them.
            batch_size: kept for Keras's sake.
            steps: number of batches to stop after.
        """
        self.reset_state()
        for batch in batches_of(data, steps):
            self.update_state(batch)
        self.finalize_state()

    def update_state(self, data):
        """Count the tokens of one batch of texts."""
        tokens = self._tokens(data)
        self.lookup.update_state(tokens if isinstance(tokens, list) else rows_of(tokens))

    def finalize_state(self):
        """Make the vocabulary of what was counted."""
        self.lookup.finalize_state()

    def reset_state(self):
        """Forget what was counted."""
        self.lookup.reset_state()

    def get_vocabulary(self, include_special_tokens=True):
        """Return the tokens in the order of their indices."""
        return self.lookup.get_vocabulary(include_special_tokens)

    def set_vocabulary(self, vocabulary, idf_weights=None):
        """Give the tokens, in the order of their indices; with `"tf_idf"`, also how rare each is."""
        self.lookup.set_vocabulary(vocabulary, idf_weights)

    def vocabulary_size(self):
        """Return the number of indices, padding and unknown token included."""
        return self.lookup.vocabulary_size()

    # Using it

    def call(self, inputs):
        tokens = self._tokens(inputs)
        if not isinstance(tokens, list):  # not split: one token a text, or as many as the last axis has
            return self._cut(self.lookup.call(tokens))
        if self.output_mode == "int":
            longest = max(map(len, tokens), default=0) if self.output_sequence_length is None else self.output_sequence_length
            return self._padded([self.lookup.call(np.array(row, object)) for row in tokens], longest)
        self.lookup.call(np.zeros((0,), object))  # says what to do if there is no vocabulary
        return np.stack([self.lookup.call(np.array(row, object)[None])[0] for row in tokens])

    def _tokens(self, inputs):
        """Texts as lists of tokens, one list a text; as an array of strings if they are not split."""
        texts = as_strings(inputs, self.encoding)
        if callable(self.standardize):
            texts = as_strings(self.standardize(texts.astype(str)), self.encoding)
        else:
            texts = np.asarray(np.frompyfunc(_STANDARDS[self.standardize], 1, 1)(texts), object)
        if self.split is None:
            return texts if self.ngrams is None else [self._grouped(row) for row in rows_of(texts)]
        if texts.ndim > 1:
            if texts.shape[-1] != 1:
                raise ValueError(
                    "When using `TextVectorization` to tokenize strings, the input rank must be 1 or the last shape dimension "
                    f"must be 1. Received: inputs.shape={texts.shape} with rank={texts.ndim}"
                )
            texts = texts[..., 0]
        split = [list(row) for row in self.split(texts)] if callable(self.split) else [_SPLITS[self.split](t) for t in texts.reshape(-1)]
        return [self._grouped(row) for row in split] if self.ngrams is not None else split

    def _grouped(self, tokens):
        """Groups of neighbours: of each wanted length, all there are."""
        widths = range(1, self.ngrams + 1) if isinstance(self.ngrams, int) else self.ngrams
        return [" ".join(tokens[i : i + n]) for n in widths for i in range(len(tokens) - n + 1)]

    def _padded(self, rows, length):
        out = np.zeros((len(rows), length), "int64")  # (batch, tokens)
        for place, row in zip(out, rows):
            place[: min(len(row), length)] = row[:length]
        return out

    def _cut(self, indices):
        if self.output_sequence_length is None or self.output_mode != "int":
            return indices
        return self._padded(list(np.atleast_2d(indices)), self.output_sequence_length)

    def compute_output_shape(self, input_shape):
        if self.output_mode == "int":
            return (input_shape[0], self.output_sequence_length)
        return (input_shape[0], self.lookup._depth())

    def _output_dtype(self):
        return "int64" if self.output_mode == "int" else config.floatx()

    # Files

    def get_config(self):
        from ...saving.serialize import serialize_keras_object

        inner = self.lookup.get_config()
        return super().get_config() | {
            "max_tokens": inner["max_tokens"], "standardize": serialize_keras_object(self.standardize),
            "split": serialize_keras_object(self.split), "ngrams": self.ngrams, "output_mode": self.output_mode,
            "output_sequence_length": self.output_sequence_length, "pad_to_max_tokens": inner["pad_to_max_tokens"],
            "sparse": False, "ragged": False, "vocabulary": inner["vocabulary"], "idf_weights": inner["idf_weights"],
            "encoding": self.encoding, "vocabulary_size": self.vocabulary_size(),
        }  # fmt: skip

    @classmethod
    def from_config(cls, config):
        from ...saving.serialize import deserialize_keras_object

        read = {key: deserialize_keras_object(config[key]) for key in ("standardize", "split") if isinstance(config.get(key), dict)}
        ngrams = config.get("ngrams")
        return cls(**config | read | {"ngrams": tuple(ngrams) if isinstance(ngrams, list) else ngrams})

    def save_own_variables(self, store):
        self.lookup.save_own_variables(store)

    def load_own_variables(self, store):
        self.lookup.load_own_variables(store)

    def save_assets(self, dir_path):
        """Write the vocabulary, unless the config holds it."""
        self.lookup.save_assets(dir_path)

    def load_assets(self, dir_path):
        """Read the vocabulary again."""
        self.lookup.load_assets(dir_path)


def _check_choice(name, value, choices):
    if not callable(value) and value not in choices:
        raise ValueError(f"Unknown argument for `{name}` of layer TextVectorization. Expected one of {[*choices]} or a function. Received: {value}")
