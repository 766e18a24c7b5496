"""Images as a row of patches, and patches back into an image."""

import numpy as np

from . import examples
from .table import row
from .windows import Windows, ints


def patch_windows(sizes, kernel_size, dilation, padding, stride):
    """Where patches lie on an image of these sizes.

    Raises:
        ValueError: if a patch does not fit the image.
    """
    pads = [(n, n) for n in ints(padding, 2, "padding", least=0)]
    return Windows(sizes, ints(kernel_size, 2, "kernel_size"), ints(stride, 2, "stride"), pads, ints(dilation, 2, "dilation"))


def _product(numbers):
    return None if None in numbers else int(np.prod(numbers))


def unfolded(x, kernel_size, dilation=1, padding=0, stride=1):
    """Shape of `unfold`'s output.

    Raises:
        ValueError: if there are no such patches.
    """
    if len(x) != 4:
        raise ValueError(f"Input must be a 4D tensor, (batch, channels, height, width). Received: input.shape={tuple(x)}")
    windows = patch_windows(x[2:], kernel_size, dilation, padding, stride)
    return x[0], _product((x[1], *windows.window)), _product(windows.counts)


def _cut(x, windows):
    cut = windows.cut(np.moveaxis(x, 1, -1))  # (batch, rows, columns, height, width, channels)
    cut = np.transpose(cut, (0, 5, 3, 4, 1, 2))  # (batch, channels, height, width, rows, columns)
    return cut.reshape(x.shape[0], x.shape[1] * cut.shape[2] * cut.shape[3], -1)


def _laid(x, windows):
    height, width = windows.window
    patches = x.reshape(x.shape[0], x.shape[1] // (height * width), height * width, *windows.counts)
    parts = np.transpose(patches, (2, 0, 3, 4, 1))  # (height * width, batch, rows, columns, channels)
    return np.moveaxis(windows.lay(parts), -1, 1)  # (batch, channels, height, width)


@row(
    shape=unfolded,
    inputs=1,
    example=examples.cases(
        ([(2, 3, 4, 5)], {"kernel_size": 2}),
        ([(1, 2, 5, 6)], {"kernel_size": (2, 3), "dilation": 2, "padding": 1, "stride": (1, 2)}),
    ),
)
class unfold:
    """All patches of an image, a column a patch; patches overlap, so an element may stand in several.

    The image has its channels first. Each column holds a patch of the first channel, then of the next.

    >>> unfold(np.arange(4.0).reshape(1, 1, 2, 2), (1, 2))  # (batch, elements, patches)
    array([[[0., 2.],
            [1., 3.]]])
    """

    def forward(x, kernel_size, dilation=1, padding=0, stride=1):
        unfolded(x.shape, kernel_size, dilation, padding, stride)  # raises if it does not fit
        return _cut(x, patch_windows(x.shape[2:], kernel_size, dilation, padding, stride))

    def vjp_x(g, y, x, kernel_size, dilation=1, padding=0, stride=1):
        return _laid(g, patch_windows(x.shape[2:], kernel_size, dilation, padding, stride))


def folded(x, output_size, kernel_size, dilation=1, padding=0, stride=1):
    """Shape of `fold`'s output.

    Raises:
        ValueError: if the patches are not those of such an image.
    """
    if len(x) != 3:
        raise ValueError(f"Input must be a 3D tensor, (batch, elements, patches). Received: input.shape={tuple(x)}")
    sizes = ints(output_size, 2, "output_size")
    windows = patch_windows(sizes, kernel_size, dilation, padding, stride)
    elements, patches = _product(windows.window), _product(windows.counts)
    if x[1] is not None and x[1] % elements:
        raise ValueError(
            f"The second dimension of the input ({x[1]}) must be divisible by kernel_size product ({elements}). "
            f"Received: input.shape={tuple(x)}, kernel_size={kernel_size}"
        )
    if x[2] not in (None, patches):
        raise ValueError(
            f"An image of {sizes} has {patches} patches of {windows.window}, the input has {x[2]}. "
            f"Received: input.shape={tuple(x)}. Fix: output_size of the image that was unfolded."
        )
    return x[0], None if x[1] is None else x[1] // elements, *sizes


@row(
    shape=folded,
    inputs=1,
    example=examples.cases(
        ([(2, 12, 12)], {"output_size": (4, 5), "kernel_size": 2}),
        ([(1, 6, 6)], {"output_size": (4, 4), "kernel_size": (2, 3), "padding": (1, 0), "stride": (2, 1)}),
        ([(1, 4, 4)], {"output_size": 3, "kernel_size": 2, "dilation": 1}),
    ),
)
class fold:
    """Patches laid back where `unfold` cut them, added up where they overlap.

    >>> fold(np.ones((1, 2, 2)), (1, 3), (1, 2))[0, 0]  # (height, width)
    array([[1., 2., 1.]])
    """

    def forward(x, output_size, kernel_size, dilation=1, padding=0, stride=1):
        folded(x.shape, output_size, kernel_size, dilation, padding, stride)  # raises if it does not fit
        return _laid(x, patch_windows(ints(output_size, 2, "output_size"), kernel_size, dilation, padding, stride))

    def vjp_x(g, y, x, output_size, kernel_size, dilation=1, padding=0, stride=1):
        return _cut(g, patch_windows(g.shape[2:], kernel_size, dilation, padding, stride))
