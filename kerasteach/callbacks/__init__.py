"""`keras.callbacks`: what happens around epochs and steps."""

from .callback import Callback, CallbackList, History
from .files import CSVLogger, ModelCheckpoint
from .hooks import LambdaCallback, TerminateOnNaN
from .monitors import EarlyStopping, ReduceLROnPlateau
from .schedule import LearningRateScheduler

__all__ = [
    "CSVLogger", "Callback", "CallbackList", "EarlyStopping", "History", "LambdaCallback", "LearningRateScheduler",
    "ModelCheckpoint", "ReduceLROnPlateau", "TerminateOnNaN",
]  # fmt: skip
