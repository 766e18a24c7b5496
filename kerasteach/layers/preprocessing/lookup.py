"""What StringLookup and IntegerLookup share: a vocabulary, learned or given, and the index of every token in it.

Index 0 is the mask (padding), if there is one and the output is numbers; then come the indices for unknown tokens;
then the vocabulary, the most frequent token first.
"""

import collections
import os

import numpy as np

from ... import backend, config
from .counts import Counts, rows_of
from .data_layer import DataLayer, batches_of
from .encoding import encoded, encoded_shape
from .hashing import hashed, salt_of
from .lookup_arguments import check_arguments

_OLD_NAMES = {"binary": "multi_hot", "tf-idf": "tf_idf"}


class Lookup(DataLayer):
    """Base of the lookups; a subclass says how it reads tokens (`_read`)."""

    def _settle(self, arguments):
        """Check and keep the constructor's arguments; `arguments` is its `locals()`."""
        kwargs = dict(arguments["kwargs"])
        given = {k: v for k, v in arguments.items() if k not in ("self", "kwargs", "__class__", "name")}
        given["output_mode"] = _OLD_NAMES.get(given["output_mode"], given["output_mode"])
        check_arguments(given, type(self).__name__)
        self._frozen_size = kwargs.pop("vocabulary_size", None)
        fixed = kwargs.pop("has_input_vocabulary", given["vocabulary"] is not None)
        for name in ("trainable", "dtype"):
            kwargs.pop(name, None)
        if kwargs:
            raise ValueError(f"Unrecognized keyword argument(s): {kwargs}")
        DataLayer.__init__(self, name=arguments["name"])
        vocabulary, weights = given.pop("vocabulary"), given.pop("idf_weights")
        vars(self).update(given)
        self.salt = salt_of(given.get("salt"), type(self).__name__)
        self.input_vocabulary = None if isinstance(vocabulary, str) else vocabulary
        self.input_idf_weights, self._has_input_vocabulary = weights, fixed
        self.tokens, self.idf_weights = None, None
        self._index = {}
        if vocabulary is not None:
            self.set_vocabulary(vocabulary, weights)
        self.reset_state()

    # The vocabulary

    def _special(self):
        masks = [self.mask_token] if self.mask_token is not None and self.output_mode == "int" else []
        return [*masks, *[self.oov_token] * self.num_oov_indices]

    def get_vocabulary(self, include_special_tokens=True):
        """Return the tokens in the order of their indices.

        Args:
            include_special_tokens: whether the mask and the unknown tokens come first, as the indices have them.
        """
        return [*(self._special() if include_special_tokens else []), *(self.tokens or [])]

    def vocabulary_size(self):
        """Return the number of indices, those of mask and unknown tokens included."""
        return len(self._special()) + len(self.tokens or [])

    def set_vocabulary(self, vocabulary, idf_weights=None):
        """Give the tokens, in the order of their indices.

        Args:
            vocabulary: list or array; or the path of a text file with one token a line.
            idf_weights: with `"tf_idf"`, how rare each token is.

        Raises:
            ValueError: if a token is there twice, a reserved one is in the middle, or there are too many.
        """
        if (self.output_mode == "tf_idf") != (idf_weights is not None):
            raise ValueError(
                "`idf_weights` must be set if output_mode is 'tf_idf', and only then. "
                f"Received: output_mode={self.output_mode} and idf_weights={idf_weights}"
            )
        tokens = self._from_file(vocabulary) if isinstance(vocabulary, (str, os.PathLike)) else self._read(vocabulary).tolist()
        special = self._special()
        has_special = tokens[: len(special)] == special
        self._check_tokens(tokens[len(special) :] if has_special else tokens, special)
        weights = None if idf_weights is None else np.asarray(idf_weights, config.floatx())
        if weights is not None:
            if weights.shape != (len(tokens),):
                raise ValueError(
                    f"`idf_weights` must be the same length as vocabulary. len(idf_weights) is {weights.size}; "
                    f"len(vocabulary) is {len(tokens)}"
                )
            # How rare an unknown token is nobody knows: as the others are, on average.
            weights = weights if has_special else np.concatenate([np.full(len(special), weights.mean(), weights.dtype), weights])
        self._use(tokens[len(special) :] if has_special else tokens, weights)

    def _use(self, tokens, weights):
        size = len(self._special()) + len(tokens)
        depends = self.output_mode != "int" and not self.pad_to_max_tokens
        if depends and self._frozen_size not in (None, size):
            raise RuntimeError(
                f"When using `output_mode={self.output_mode}` and `pad_to_max_tokens=False`, the vocabulary size cannot be "
                f"changed after the layer is called. Old vocab size is {self._frozen_size}, new vocab size is {size}"
            )
        self.tokens, self._frozen_size = list(tokens), size
        self._index = {token: i for i, token in enumerate(self.tokens, len(self._special()))}
        if weights is not None:
            depth = self._depth()
            self.idf_weights = np.pad(weights, (0, depth - len(weights))) if depth > len(weights) else weights

    def _from_file(self, path):
        from ...saving import safety

        if safety.is_loading_safely():
            raise ValueError(
                "Requested the loading of a vocabulary file outside of the model archive. This carries a potential risk of "
                "loading arbitrary and sensitive files and thus it is disallowed by default. If you trust the source of the "
                "artifact, you can override this error by passing `safe_mode=False` to the loading function. "
                f"Vocabulary file: '{path}'"
            )
        if not os.path.exists(path):
            raise ValueError(f"Vocabulary file {path} does not exist. Where: the current folder is {os.getcwd()}.")
        with open(path, encoding="utf-8") as file:
            return self._read(file.read().splitlines()).tolist()

    def _check_tokens(self, tokens, special):
        if not tokens:
            raise ValueError(f"Cannot set an empty vocabulary. Received: vocabulary={tokens}")
        repeated = [token for token, n in collections.Counter(tokens).items() if n > 1]
        if repeated:
            raise ValueError(
                "The passed vocabulary has at least one repeated term. Please uniquify your dataset. The repeated terms are: "
                f"{repeated}"
            )
        reserved = [t for t in (self.mask_token, self.oov_token if self.invert else None) if t is not None and t in tokens]
        if reserved:
            raise ValueError(
                f"Found reserved token {reserved[0]!r} at unexpected location in `vocabulary`. Note that passed `vocabulary` "
                "does not need to include the OOV and mask tokens. Either remove all mask and OOV tokens, or include them only "
                f"at the start of the vocabulary in precisely this order: {special}."
            )
        size = len(special) + len(tokens)
        if self.max_tokens is not None and size > self.max_tokens:
            raise ValueError(
                f"Attempted to set a vocabulary larger than the maximum vocab size. Received vocabulary size is {size}; "
                f"`max_tokens` is {self.max_tokens}."
            )

    # Learning it

    def adapt(self, data, steps=None):
        """Make the vocabulary of the tokens in the data, the most frequent first.

        Args:
            data: array or list of tokens, or an iterable of batches of them.
            steps: number of batches to stop after.
        """
        self.reset_state()
        for batch in batches_of(data, steps):
            tokens = self._read(batch)
            self.update_state(tokens[:, None] if tokens.ndim == 1 and batch is data else tokens)
        self.finalize_state()

    def update_state(self, data):
        """Count the tokens of one batch; a row is a document, and so is a plain list."""
        if self._has_input_vocabulary:
            raise ValueError(
                f"Cannot adapt layer '{self.name}' after setting a static vocabulary via `vocabulary` argument or "
                "`set_vocabulary()` method."
            )
        self._counts.add(data if isinstance(data, list) else rows_of(self._read(data)))

    def finalize_state(self):
        """Make the vocabulary of what was counted."""
        if self._has_input_vocabulary or not self._counts.tokens:
            return
        special = len(self._special())
        room = self.max_tokens - special if self.max_tokens else None
        tokens = self._counts.most_frequent(without=(self.mask_token, self.oov_token))[:room]
        weights = None
        if self.output_mode == "tf_idf":
            rarity = self._counts.rarity(tokens).astype(config.floatx())
            weights = np.concatenate([np.full(special, rarity.mean(), rarity.dtype), rarity])
        self.reset_state()
        self._use(tokens, weights)

    def reset_state(self):
        """Forget what was counted."""
        self._counts = Counts()

    # Using it

    def call(self, inputs):
        if self.invert:
            return self._tokens_at(np.asarray(backend.to_numpy(inputs) if hasattr(inputs, "shape") else inputs, "int64"))
        if self.output_mode != "int" and not self.pad_to_max_tokens and self._frozen_size is None:
            raise RuntimeError(
                f"When using `output_mode={self.output_mode}` and `pad_to_max_tokens=False`, you must set the layer's vocabulary "
                "before calling it. Either pass a `vocabulary` argument to the layer, or call `adapt` with some sample data."
            )
        return self._encode(self._indices(self._read(inputs)))

    def _encode(self, indices):
        mode = "count" if self.output_mode == "tf_idf" else self.output_mode
        out = encoded(indices, mode, self._depth(), "int64")
        return out.astype(self.idf_weights.dtype) * self.idf_weights if self.output_mode == "tf_idf" else out

    def _indices(self, tokens):
        """The index of every token in an array; -1 for a mask that is dropped."""
        start = len(self._special()) - self.num_oov_indices
        indices = np.asarray(np.frompyfunc(lambda t: self._index.get(t, -1), 1, 1)(tokens), "int64")
        is_unknown = indices == -1
        if self.mask_token is not None:
            is_mask = np.asarray(np.frompyfunc(lambda t: t == self.mask_token, 1, 1)(tokens), bool)
            indices = np.where(is_mask, 0 if self.output_mode == "int" else -1, indices)
            is_unknown &= ~is_mask
        if is_unknown.any() and not self.num_oov_indices:
            raise ValueError(
                "When `num_oov_indices=0` all inputs should be in vocabulary, found OOV values "
                f"{np.unique(tokens[is_unknown].astype(str)).tolist()}, consider setting `num_oov_indices=1`."
            )
        return np.where(is_unknown, start + self._oov_bins(tokens), indices) if is_unknown.any() else indices

    def _oov_bins(self, tokens):
        """Which of the indices for unknown tokens each would get."""
        if self.num_oov_indices == 1:
            return 0
        return hashed(np.asarray(np.frompyfunc(str, 1, 1)(tokens), object), self.num_oov_indices, self.salt)

    def _tokens_at(self, indices):
        words = dict(enumerate(self.get_vocabulary()))
        tokens = np.asarray(np.frompyfunc(lambda i: words.get(i, self.oov_token), 1, 1)(indices))
        return tokens if self._output_dtype() == "string" else tokens.astype(self._output_dtype())

    def _depth(self):
        return self.max_tokens if self.pad_to_max_tokens else self._frozen_size

    def compute_output_shape(self, input_shape):
        return encoded_shape(input_shape, "count" if self.output_mode == "tf_idf" else self.output_mode, self._depth())

    def _output_dtype(self):
        return "int64" if self.output_mode == "int" else config.floatx()

    # Files

    def get_config(self):
        names = ("invert", "max_tokens", "num_oov_indices", "oov_token", "mask_token", "output_mode", "sparse", "pad_to_max_tokens")
        weights, vocabulary = self.input_idf_weights, self.input_vocabulary
        return super().get_config() | {name: getattr(self, name) for name in names} | {
            "idf_weights": None if weights is None else np.asarray(weights).tolist(),
            "vocabulary": None if vocabulary is None else np.asarray(vocabulary).tolist(),
            "vocabulary_size": self._frozen_size, "oov_method": self._oov_method(), "salt": self.salt,
        }  # fmt: skip

    def _oov_method(self):
        return getattr(self, "oov_method", "floormod")

    def get_build_config(self):
        return {}

    def build_from_config(self, config):
        self.built = True

    def save_own_variables(self, store):
        if self.output_mode == "tf_idf" and self.idf_weights is not None:
            store["idf_weights"] = self.idf_weights

    def load_own_variables(self, store):
        if "idf_weights" in store:
            self.idf_weights = np.asarray(store["idf_weights"])

    def save_assets(self, dir_path):
        """Write the vocabulary, unless the config holds it."""
        if self.input_vocabulary is None and self.tokens is not None:
            with open(os.path.join(dir_path, "vocabulary.txt"), "w", encoding="utf-8", newline="\n") as file:
                file.write("\n".join(str(token) for token in self.get_vocabulary()))

    def load_assets(self, dir_path):
        """Read the vocabulary again."""
        path = os.path.join(dir_path, "vocabulary.txt")
        if self.input_vocabulary is not None or not os.path.exists(path):
            return
        with open(path, encoding="utf-8") as file:
            lines = file.read().split("\n")
        while lines and not lines[-1]:
            lines.pop()
        tokens, special = self._read(lines).tolist(), len(self._special())
        self._use(tokens[special:], None)
