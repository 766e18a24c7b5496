"""The settings every optimizer takes, written once."""

import functools
import inspect
import warnings


def shared_settings(init):
    """Give a constructor the settings all optimizers share, after its own and in Keras's order.

    The constructor takes its own settings and `**shared`, which it hands to `Optimizer`. What users
    see, and what positional arguments go by, is the whole list. Own settings written after `*`
    come last, as Keras has it for Muon.

    >>> from kerasteach.optimizers import AdamW
    >>> list(inspect.signature(AdamW).parameters)[:4], list(inspect.signature(AdamW).parameters)[-3:]
    (['learning_rate', 'weight_decay', 'beta_1', 'beta_2'], ['gradient_accumulation_steps', 'name', 'kwargs'])
    """
    own = inspect.signature(init)
    before = [p for p in own.parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD]
    after = [p.replace(kind=p.POSITIONAL_OR_KEYWORD) for p in own.parameters.values() if p.kind is p.KEYWORD_ONLY]
    *shared, kwargs = [p for p in _SHARED if p.name not in own.parameters]
    whole = own.replace(parameters=[*before, *shared, *after, kwargs])

    @functools.wraps(init)
    def __init__(self, *args, **kwargs):
        given = whole.bind(self, *args, **kwargs).arguments
        unknown = given.pop("kwargs", {})
        if unknown.pop("decay", None) is not None:
            warnings.warn("Argument `decay` is no longer supported and will be ignored.", stacklevel=2)
        init(**given, **unknown)

    __init__.__signature__ = whole
    return __init__


def _settings(
    weight_decay=None,
    clipnorm=None,
    clipvalue=None,
    global_clipnorm=None,
    use_ema=False,
    ema_momentum=0.99,
    ema_overwrite_frequency=None,
    loss_scale_factor=None,
    gradient_accumulation_steps=None,
    name=None,
    **kwargs,
):
    """The shared settings, with their defaults."""


_SHARED = list(inspect.signature(_settings).parameters.values())
NOT_KEPT = {"self", "__class__", "learning_rate", "shared", *(p.name for p in _SHARED)}
DEFAULTS = {p.name: p.default for p in _SHARED if p.name not in ("name", "kwargs")}


def check(settings):
    """Raise ValueError for shared settings that make no sense, by themselves or together."""
    clips = {name: settings[name] for name in ("clipnorm", "clipvalue", "global_clipnorm")}
    if sum(value is not None for value in clips.values()) > 1:
        told = ", ".join(f"{name}={value}" for name, value in clips.items())
        raise ValueError(f"Only one of `clipnorm`, `clipvalue` and `global_clipnorm` can be set. Received: {told}")
    steps, momentum = settings["gradient_accumulation_steps"], settings["ema_momentum"]
    if steps and not steps >= 2:
        raise ValueError(
            "`gradient_accumulation_steps` must be an integer >= 2. Received: "
            f"gradient_accumulation_steps={steps}. Fix: leave it out to update after every batch."
        )
    if settings["use_ema"] and not 0 <= momentum <= 1:
        raise ValueError(f"`ema_momentum` must be in the range [0, 1]. Received: ema_momentum={momentum}")
    every = settings["ema_overwrite_frequency"]
    if settings["use_ema"] and every and (not isinstance(every, int) or every < 1):
        raise ValueError(
            f"`ema_overwrite_frequency` must be an integer >= 1 or None. Received: ema_overwrite_frequency={every}"
        )
