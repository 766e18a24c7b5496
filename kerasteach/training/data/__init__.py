"""From what users pass to `fit` to batches.

`arrays`: data in memory. `streams`: data that comes batch by batch: generators, PyDatasets, DataLoaders, tf.data.
`workers`: batches made ahead, by threads or processes. `epochs`: how a source's batches are dealt out to epochs.
"""

from .arrays import ArraySource, as_array, as_arrays, row_count, split, warn_of_nan
from .choose import make_source, makes_batches
from .epochs import Epochs, at_most
from .pydataset import PyDataset
from .tuples import pack, pack_x_y_sample_weight, unpack_x_y_sample_weight
from .weights import class_weight_to_sample_weights
