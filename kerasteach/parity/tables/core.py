"""Activation layers, merging layers, and the small ones a graph is made with."""

from ..case import case, on, truths

ANY = (4, 6)
CUBE = (4, 3, 2)
MERGED = ("Add", "Multiply", "Average", "Maximum", "Minimum")

CASES = {
    "layers.Activation": [case(on(ANY), "tanh"), case(on(CUBE), "softmax"), case(on(ANY), activation=None)],
    "layers.ReLU": [case(on(ANY)), case(on(ANY), max_value=1.0), case(on(ANY), 1.0, 0.1, 0.3), case(on(ANY), threshold=0.5)],
    "layers.LeakyReLU": [case(on(ANY)), case(on(ANY), 0.01)],
    "layers.PReLU": [
        case(on(ANY)),
        case(on(CUBE), "ones", shared_axes=[1]),
        case(on((2, 3, 3, 4)), alpha_initializer="he_normal", alpha_regularizer="l2", alpha_constraint="non_neg", shared_axes=(1, 2)),
        case(on(CUBE), shared_axes=2),
    ],
    "layers.ELU": [case(on(ANY)), case(on(ANY), 0.3)],
    "layers.Softmax": [
        case(on(ANY)), case(on(CUBE), axis=1), case(on(CUBE), axis=(1, 2)), case(on(CUBE), axis=[1]),
        case(on(ANY, mask=truths(ANY)), checks=("forward", "gradient")),
        case(on(CUBE, mask=truths((4, 3, 1))), axis=1, checks=("forward", "gradient")),
        case(on(CUBE, mask=truths((3, 2), 0.3)), axis=(1, 2), checks=("forward", "gradient")),
    ],
    "layers.Identity": [case(on(CUBE))],
    "layers.Lambda": [
        case(on(ANY), lambda keras: lambda x: x * 2, checks=("forward", "gradient")),
        case(on(CUBE), lambda keras: keras.ops.tanh, checks=("forward", "gradient")),
        case(on(ANY), lambda keras: lambda x, factor: x[:, :2] * factor, arguments={"factor": 3.0}, checks=("forward", "gradient")),
    ],
    **{f"layers.{name}": [case(on([ANY, ANY, ANY])), case(on([CUBE, (4, 1, 2)])), case(on([CUBE, (4, 2)]))] for name in MERGED},
    **{f"layers.{name.lower()}": [case(on([ANY, ANY]))] for name in (*MERGED, "Subtract", "Concatenate")},
    "layers.Subtract": [case(on([ANY, ANY])), case(on([CUBE, (4, 1, 2)]))],
    "layers.Concatenate": [case(on([ANY, ANY])), case(on([CUBE, (4, 5, 2)]), axis=1), case(on([CUBE, CUBE, CUBE]), 2)],
    "layers.Dot": [
        case(on([ANY, ANY]), 1),
        case(on([ANY, ANY]), axes=-1, normalize=True),
        case(on([CUBE, (4, 2, 5)]), (2, 1)),
        case(on([CUBE, (4, 5, 3)]), (1, 2), normalize=True),
        case(on([CUBE, (4, 3)]), (1, 1)),
        case(on([(4, 3), (4, 2, 3)]), (1, 2)),
        case(on([(4, 3, 2, 5), (4, 5, 6)]), (-1, 1)),
    ],
    "layers.dot": [case(on([ANY, ANY]), axes=1)],
}  # fmt: skip
