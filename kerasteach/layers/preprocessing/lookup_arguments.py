"""Which arguments of a lookup go together."""

from .category_encoding import refuse_sparse
from .encoding import MODES, check_mode


def check_arguments(given, layer):
    """Raise unless the arguments of a lookup, a dict, make sense together.

    Raises:
        ValueError: naming what contradicts what.
    """
    max_tokens, mode = given["max_tokens"], given["output_mode"]
    if max_tokens is not None and max_tokens <= 1:
        raise ValueError(f"If set, `max_tokens` must be greater than 1. Received: max_tokens={max_tokens}")
    if given["pad_to_max_tokens"] and max_tokens is None:
        raise ValueError(f"If pad_to_max_tokens is True, must set `max_tokens`. Received: max_tokens={max_tokens}")
    if given["num_oov_indices"] < 0:
        raise ValueError(
            f"`num_oov_indices` must be greater than or equal to 0. Received: num_oov_indices={given['num_oov_indices']}"
        )
    check_mode(mode, layer, (*MODES, "tf_idf"))
    if given["invert"] and mode != "int":
        raise ValueError(f"`output_mode` must be `'int'` when `invert` is true. Received: output_mode={mode}")
    refuse_sparse(given["sparse"])
    if given["idf_weights"] is not None and mode != "tf_idf":
        raise ValueError(
            f"`idf_weights` should only be set if `output_mode` is `'tf_idf'`. Received: idf_weights={given['idf_weights']} and "
            f"output_mode={mode}"
        )
