"""`keras.callbacks`: what happens around epochs and steps."""

from .. import lazy

_WHERE = {
    "averages": "SwapEMAWeights",
    "backup": "BackupAndRestore",
    "callback": "Callback History",
    "callback_list": "CallbackList",
    "files": "CSVLogger ModelCheckpoint",
    "hooks": "LambdaCallback TerminateOnNaN",
    "monitors": "EarlyStopping ReduceLROnPlateau",
    "progress": "ProgbarLogger",
    "remote": "RemoteMonitor",
    "schedule": "LearningRateScheduler",
}

__getattr__, __dir__, __all__ = lazy.names(__name__, _WHERE)
