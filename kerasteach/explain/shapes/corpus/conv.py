"""Pictures and signals: convolution, pooling, padding."""

import numpy as np

from .case import broken

CHANNEL = r"\[\.\.\., None\]|expand_dims\([^)]*axis=-1|\(28, 28, 1\)"


@broken("edges", (CHANNEL, {"shape": (28, 28, 1)}))
def grey_picture_without_channels(keras, shape=(28, 28)):
    """Grey pictures have no axis of channels."""
    model = keras.Sequential([keras.Input(shape, name="picture"), keras.layers.Conv2D(4, 3, name="edges"), keras.layers.Flatten(name="flat")])
    model(np.ones((2, *shape)))


@broken("x", (r"transpose\(|moveaxis|channels last", {"shape": (2, 16, 16, 3)}))
def channels_first_data(keras, shape=(2, 3, 16, 16)):
    """Pictures come with channels first, as Torch has them."""
    model = keras.Sequential([keras.Input((16, 16, 3), name="picture"), keras.layers.Conv2D(2, 3, name="edges"), keras.layers.GlobalAveragePooling2D(name="pool")])
    model.predict(np.ones(shape), verbose=0)


@broken("late", (r"padding=.same", {"padding": "same"}), (r"kernel_size=[1-4]\b", {"kernel": 3}), (r"leave out layer .shrink", {"pool": 1}))
def kernel_larger_than_picture(keras, kernel=5, padding="valid", pool=4):
    """Pooling has left 4 by 4, the kernel wants 5 by 5."""
    x = keras.Input((16, 16, 3), name="picture")
    h = keras.layers.MaxPooling2D(pool, name="shrink")(x)
    h = keras.layers.Conv2D(8, kernel, padding=padding, name="late")(h)
    keras.Model(x, h)(np.ones((1, 16, 16, 3)))


@broken("third", (r"padding=.same", {"padding": "same"}), (r"pool_size=1\b|pool_size=\(1, 1\)|leave out layer .third", {"pool": 1}))
def one_pooling_too_many(keras, pool=2, padding="valid"):
    """The picture is 1 by 1 and is to be pooled again."""
    model = keras.Sequential([keras.Input((4, 4, 1), name="picture")])
    model.add(keras.layers.MaxPooling2D(2, name="first"))
    model.add(keras.layers.MaxPooling2D(2, name="second"))
    model.add(keras.layers.MaxPooling2D(pool, padding=padding, name="third"))
    model(np.ones((1, 4, 4, 1)))


@broken("early", (r"leave out layer .early|remove .*early", {"flatten": False}), (r"Reshape\(", {"back": True}))
def flatten_before_convolution(keras, flatten=True, back=False):
    """Flatten stands in front of a convolution."""
    parts = [keras.Input((8, 8, 3), name="picture")]
    parts += [keras.layers.Flatten(name="early")] * flatten + [keras.layers.Reshape((8, 8, 3), name="again")] * back
    model = keras.Sequential([*parts, keras.layers.Conv2D(4, 3, name="edges"), keras.layers.GlobalMaxPooling2D(name="pool")])
    model(np.ones((1, 8, 8, 3)))


@broken("pool", (r"leave out layer .pool|remove .*pool", {"pooled": False}), (r"Reshape\(", {"back": True}))
def global_pooling_too_early(keras, pooled=True, back=False):
    """The picture is gone when the second convolution wants it."""
    x = keras.Input((12, 12, 3), name="picture")
    h = keras.layers.Conv2D(6, 3, name="edges")(x)
    h = keras.layers.GlobalAveragePooling2D(name="pool")(h) if pooled else h
    h = keras.layers.Reshape((1, 1, 6), name="again")(h) if back else h
    keras.Model(x, keras.layers.Conv2D(4, 1 if back else 3, padding="same", name="shapes")(h))(np.ones((1, 12, 12, 3)))


@broken("grouped", (r"groups=(1|2|4)\b", {"groups": 2}))
def groups_do_not_divide(keras, groups=3):
    """Eight channels cannot be dealt out to three groups."""
    x = keras.Input((8, 8, 8), name="picture")
    keras.Model(x, keras.layers.Conv2D(12, 3, groups=groups, name="grouped")(x))(np.ones((1, 8, 8, 8)))


@broken("up", (r"padding=.same", {"padding": "same"}), (r"kernel_size=2\b", {"kernel": 2}))
def skip_connection_of_another_size(keras, padding="valid", kernel=3):
    """A U-net's way up ends in another size than the way down began with."""
    x = keras.Input((16, 16, 1), name="picture")
    down = keras.layers.Conv2D(4, 3, strides=2, padding="same", name="down")(x)
    up = keras.layers.Conv2DTranspose(4, kernel, strides=2, padding=padding, name="up")(down)
    keras.Model(x, keras.layers.Concatenate(name="skip")([x, up]))(np.ones((1, 16, 16, 1)))


@broken("narrow", (r"padding=.same", {"padding": "same"}), (r"kernel_size=1\b", {"kernel": 1}))
def residual_block_shrinks(keras, padding="valid", kernel=3):
    """A residual block without padding is two pixels smaller than its shortcut."""
    x = keras.Input((8, 8, 4), name="picture")
    h = keras.layers.Conv2D(4, kernel, padding=padding, name="narrow")(x)
    keras.Model(x, keras.layers.Add(name="sum")([x, h]))(np.ones((1, 8, 8, 4)))


@broken("branch", (r"filters=8", {"filters": 8}))
def residual_block_of_other_channels(keras, filters=6):
    """A residual block has 6 channels, its shortcut 8."""
    x = keras.Input((8, 8, 8), name="picture")
    h = keras.layers.Conv2D(filters, 3, padding="same", name="branch")(x)
    keras.Model(x, keras.layers.Add(name="sum")([x, h]))(np.ones((1, 8, 8, 8)))


@broken("signal", (r"\[\.\.\., None\]|expand_dims\([^)]*axis=-1|Input\(\(50, 1\)|shape=\(50, 1\)", {"shape": (50, 1)}))
def signal_without_channels(keras, shape=(50,)):
    """A signal is given as a vector."""
    x = keras.Input(shape, name="series")
    keras.Model(x, keras.layers.Conv1D(4, 5, name="signal")(x))(np.ones((2, *shape)))


@broken("crop", (r"cropping=(1|2|0|\(\(?1|\(\(?2)", {"crop": 1}), (r"leave out layer .crop", {"crop": 0}))
def cropped_to_nothing(keras, crop=5, kernel=3):
    """More is cropped than there is."""
    model = keras.Sequential([keras.Input((8, 8, 1), name="picture"), keras.layers.Cropping2D(crop, name="crop"), keras.layers.Conv2D(2, kernel, name="edges")])
    model(np.ones((1, 8, 8, 1)))


@broken("pictures", (r"Input\(\(32, 32, 3\)|shape=\(32, 32, 3\)", {"shape": (32, 32, 3)}))
def batch_size_in_the_shape(keras, shape=(16, 32, 32, 3)):
    """The batch size is written into the shape of the Input."""
    x = keras.Input(shape, name="pictures")
    h = keras.layers.Conv2D(2, 3, name="edges")(x)
    h = keras.layers.MaxPooling2D(2, name="shrink")(h)
    keras.Model(x, h)(np.ones((16, 32, 32, 3)))


@broken("separable", (r"\[\.\.\., None\]|expand_dims\([^)]*axis=-1|, 1\)\)", {"shape": (9, 9, 1)}))
def depthwise_on_a_matrix(keras, shape=(9, 9)):
    """A depthwise convolution is called on matrices."""
    x = keras.Input(shape, name="picture")
    keras.Model(x, keras.layers.DepthwiseConv2D(3, name="separable")(x))(np.ones((1, *shape)))


@broken("stride", (r"strides=1\b|strides=\(1, 1\)", {"strides": 1}))
def stride_on_one_branch(keras, strides=2):
    """One of two branches goes in strides of two."""
    x = keras.Input((10, 10, 3), name="picture")
    a = keras.layers.Conv2D(4, 3, padding="same", name="plain")(x)
    b = keras.layers.Conv2D(4, 3, strides=strides, padding="same", name="stride")(x)
    keras.Model(x, keras.layers.Concatenate(name="both")([a, b]))(np.ones((1, 10, 10, 3)))
