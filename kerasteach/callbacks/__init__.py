"""`keras.callbacks`: what happens around epochs and steps."""

from .callback import Callback, History
from .callback_list import CallbackList
from .files import CSVLogger, ModelCheckpoint
from .hooks import LambdaCallback, TerminateOnNaN
from .monitors import EarlyStopping, ReduceLROnPlateau
from .progress import ProgbarLogger
from .schedule import LearningRateScheduler

__all__ = [
    "CSVLogger", "Callback", "CallbackList", "EarlyStopping", "History", "LambdaCallback", "LearningRateScheduler",
    "ModelCheckpoint", "ProgbarLogger", "ReduceLROnPlateau", "TerminateOnNaN",
]  # fmt: skip
