"""What data goes through, and callbacks: mostly signatures; tests/parity/test_data.py and test_callbacks.py do the rest."""

import numpy as np

from ..case import case, on

UTILS = (
    "Config CustomObjectScope Progbar PyDataset Sequence array_to_img audio_dataset_from_directory clear_session "
    "disable_interactive_logging enable_interactive_logging get_custom_objects get_file get_registered_name "
    "get_registered_object get_source_inputs image_dataset_from_directory img_to_array is_interactive_logging_enabled "
    "is_keras_tensor load_img model_to_dot pack_x_y_sample_weight pad_sequences plot_model register_keras_serializable "
    "save_img serialize_keras_object set_random_seed split_dataset standardize_dtype text_dataset_from_directory "
    "timeseries_dataset_from_array unpack_x_y_sample_weight"
)
CALLBACKS = (
    "BackupAndRestore CSVLogger Callback CallbackList EarlyStopping History LambdaCallback LearningRateScheduler "
    "ModelCheckpoint ProgbarLogger ReduceLROnPlateau RemoteMonitor SwapEMAWeights TerminateOnNaN"
)
DATASETS = "boston_housing california_housing cifar10 cifar100 fashion_mnist imdb mnist reuters"

CASES = {
    **{f"utils.{name}": [] for name in UTILS.split()},
    **{f"callbacks.{name}": [] for name in CALLBACKS.split()},
    **{f"datasets.{name}.load_data": [] for name in DATASETS.split()},
    "utils.to_categorical": [],
    "utils.normalize": [
        case(on(np.arange(12.0).reshape(3, 4)), *options, checks=("forward",)) for options in ((), (1,), (-1, 1))
    ],
}
