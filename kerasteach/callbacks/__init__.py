"""`keras.callbacks`: what happens around epochs and steps."""

from .. import left_out
from .averages import SwapEMAWeights
from .backup import BackupAndRestore
from .callback import Callback, History
from .callback_list import CallbackList
from .files import CSVLogger, ModelCheckpoint
from .hooks import LambdaCallback, TerminateOnNaN
from .monitors import EarlyStopping, ReduceLROnPlateau
from .progress import ProgbarLogger
from .remote import RemoteMonitor
from .schedule import LearningRateScheduler

__all__ = [
    "BackupAndRestore", "CSVLogger", "Callback", "CallbackList", "EarlyStopping", "History", "LambdaCallback",
    "LearningRateScheduler", "ModelCheckpoint", "ProgbarLogger", "ReduceLROnPlateau", "RemoteMonitor", "SwapEMAWeights",
    "TerminateOnNaN",
]  # fmt: skip

__getattr__ = left_out.getattr_of("callbacks")
