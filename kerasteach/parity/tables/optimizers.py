"""Optimizers, with every setting of their own and every one they share; and schedules, alone and as learning rates."""

from ..case import case, on

NONE = on()
SHARED = [
    case(NONE, 0.02, weight_decay=0.1),
    case(NONE, 0.02, clipnorm=0.3),
    case(NONE, 0.02, clipvalue=0.05),
    case(NONE, 0.02, global_clipnorm=0.3),
    case(NONE, 0.02, use_ema=True, ema_momentum=0.8, ema_overwrite_frequency=3),
    case(NONE, 0.02, loss_scale_factor=16.0),
    case(NONE, 0.02, gradient_accumulation_steps=3, use_ema=True, clipnorm=0.3, weight_decay=0.1),
    case(NONE, lambda keras: keras.optimizers.schedules.CosineDecay(0.1, 12, 0.1), name="mine"),
]
SETTINGS = {
    "SGD": [case(NONE, momentum=0.9), case(NONE, 0.05, 0.9, True)],
    "RMSprop": [case(NONE, momentum=0.5), case(NONE, 0.01, 0.8, 0.5, 1e-3, True), case(NONE, centered=True)],
    "Adam": [case(NONE, amsgrad=True), case(NONE, 0.02, 0.5, 0.6, 1e-3)],
    "AdamW": [case(NONE, 0.02, 0.1, 0.5, 0.6, 1e-3, True)],
    "Adagrad": [case(NONE, 0.1, 0.5, 1e-3)],
    "Adadelta": [case(NONE, 0.5, 0.8, 1e-3)],
    "Adamax": [case(NONE, 0.02, 0.5, 0.6, 1e-3)],
    "Nadam": [case(NONE, 0.02, 0.5, 0.6, 1e-3)],
    "Lion": [case(NONE, 0.01, 0.5, 0.6)],
    "Ftrl": [case(NONE, 0.1, -0.3, 0.5), case(NONE, 0.1, -0.5, 0.1, 0.02, 0.03, 0.04, 0.05)],
    "Adafactor": [case(NONE, 0.5, -0.5, 1e-3, 0.1, 0.5, False)],
    "Lamb": [case(NONE, 0.02, 0.5, 0.6, 1e-3)],
    "Muon": [
        case(NONE, 0.02, 0.5, 0.6, 0.1, 1e-3, 0.2, exclude_layers=["w2"], adam_lr_ratio=0.5),
        case(NONE, 0.02, momentum=0.8, ns_steps=3, nesterov=False, rms_rate=None, muon_a=3.0, muon_b=-4.0, muon_c=2.0),
        case(NONE, 0.02, exclude_embeddings=False, weight_decay=None),
    ],
}
BY_CONFIG = ("config",)  # Keras's step differs between its backends, if beta_1 is not 1: tests/parity/test_optimizers.py



CASES = {f"optimizers.{name}": [case(NONE), *own, *SHARED] for name, own in SETTINGS.items()} | {
    "optimizers.ScheduleFreeAdamW": [
        case(NONE, 0.02, 1.0), case(NONE, checks=BY_CONFIG), case(NONE, 0.02, 0.8, 0.9, 1e-3, 6, weight_decay=0.1, checks=BY_CONFIG),
    ],
    "optimizers.LossScaleOptimizer": [
        case(NONE, lambda keras: keras.optimizers.Adam(0.02), 8.0, 4, checks=("forward",)),  # configs name Keras's Torch class
        case(NONE, lambda keras: keras.optimizers.SGD(0.1, gradient_accumulation_steps=2), checks=("forward",)),
        case(NONE, lambda keras: keras.optimizers.Lamb(0.1, use_ema=True), name="mine"),
    ],
    "optimizers.schedules.ExponentialDecay": [case(NONE, 0.1, 7, 0.5), case(NONE, 0.1, 7, 0.5, True, "mine")],
    "optimizers.schedules.InverseTimeDecay": [case(NONE, 0.1, 7, 0.5), case(NONE, 0.1, 7, 0.5, True, "mine")],
    "optimizers.schedules.PiecewiseConstantDecay": [case(NONE, [3, 13], [0.5, 0.2, 0.1]), case(NONE, [5], [1.0, 0.1], "mine")],
    "optimizers.schedules.PolynomialDecay": [
        case(NONE, 0.1, 10), case(NONE, 0.1, 10, 0.01, 2.0), case(NONE, 0.1, 4, 0.01, 0.5, True, "mine"),
    ],
    "optimizers.schedules.CosineDecay": [
        case(NONE, 0.1, 10), case(NONE, 0.1, 10, 0.2), case(NONE, 0.0, 10, 0.1, "mine", 0.1, 5),
        case(NONE, 0.1, 10, warmup_target=0.2),
    ],
    "optimizers.schedules.CosineDecayRestarts": [
        case(NONE, 0.1, 4, tolerance=1e-4), case(NONE, 0.1, 4, 1.0), case(NONE, 0.1, 4, 1.5, 0.7, 0.1, "mine", tolerance=1e-4),
    ],
}  # fmt: skip
