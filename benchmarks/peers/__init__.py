"""The contenders, in the order of the tables.

A module of this folder gives `contender(problem, **options)`: an object with `fit()`, which trains one turn and returns
(loss, accuracy) of each epoch as means over the rows seen in training, as Keras reports them; where it can, also with
`predict(batch)`, `evaluate()`, `predict_one(times)`, `predict_one_batch(times)` and `call_one(times)`. It raises
`NotImplementedError` for a problem it has no program for.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Peer:
    """A contender.

    Args:
        words: its name in tables.
        module: file of this folder.
        packages: whose versions are told.
        environment: variables its process is started with.
        options: given to `contender`.
    """

    words: str
    module: str
    packages: tuple
    environment: dict = field(default_factory=dict)
    options: dict = field(default_factory=dict)


def keras_on(backend):
    """Real Keras on one of its backends."""
    words = {"torch": "Torch", "jax": "JAX", "tensorflow": "TensorFlow"}[backend]
    return Peer(f"Keras on {words}", "keras_program", ("keras", backend), {"KERAS_BACKEND": backend}, {"module": "keras"})


def kerasteach_on(backend, words="", **options):
    """kerasteach on one of its backends; options go to `compile`."""
    packages = ("numpy", "torch") if backend == "torch" else ("numpy",)
    name = {"torch": "Torch", "numpy": "NumPy"}[backend]
    options = {"module": "kerasteach", **options}
    return Peer(f"kerasteach on {name}{words}", "keras_program", packages, {"KERASTEACH_BACKEND": backend}, options)


PEERS = {
    "numpy_by_hand": Peer("NumPy by hand", "numpy_by_hand", ("numpy",)),
    "kerasteach_numpy": kerasteach_on("numpy"),
    "autograd": Peer("autograd", "autograd_by_hand", ("autograd", "numpy")),
    "mygrad": Peer("MyGrad", "mygrad_by_hand", ("mygrad", "numpy")),
    "torch_by_hand": Peer("Torch by hand", "torch_by_hand", ("torch",)),
    "kerasteach_torch": kerasteach_on("torch"),
    "kerasteach_compiled": kerasteach_on("torch", ", jit_compile", jit_compile=True),
    "keras_torch": keras_on("torch"),
    "keras_jax": keras_on("jax"),
    "keras_tensorflow": keras_on("tensorflow"),
}

# For the cost of looking on: every number of a step kept, or not any more; the step op by op; a loop of one's own.
WATCHED = {
    "kerasteach_recorded": Peer("kerasteach on NumPy, recording", "recorded", ("numpy",), {}, {"module": "kerasteach", "on": True}),
    "kerasteach_off_again": Peer(
        "kerasteach on NumPy, recording off again", "recorded", ("numpy",), {}, {"module": "kerasteach", "on": False}
    ),
    "kerasteach_eager": kerasteach_on("numpy", ", run_eagerly", run_eagerly=True),
    "kerasteach_tape": Peer("kerasteach on NumPy, GradientTape", "tape_by_hand", ("numpy",), {}, {"module": "kerasteach"}),
}
ALL = PEERS | WATCHED
KERAS = ("keras_torch", "keras_jax", "keras_tensorflow")
