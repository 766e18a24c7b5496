"""How good a trained model is on data it never saw: numbers, larger is better."""

import numpy as np

from .... import ops


def quality(model, test):
    """Share of right classes, or minus the mean squared error."""
    x, y = test
    predicted = model.predict(x, verbose=0)
    if not np.isfinite(predicted).all():
        return -np.inf
    if np.asarray(y).dtype.kind == "i" and np.ndim(y) == 1:
        from_logits = getattr(model.loss, "_fn_kwargs", {}).get("from_logits", False)
        flat = predicted.reshape(len(predicted), -1)
        guessed = flat.argmax(-1) if flat.shape[1] > 1 else flat[:, 0] > (0 if from_logits else 0.5)
        return float((guessed == y).mean())
    return -float(((predicted.reshape(np.shape(y)) - y) ** 2).mean())


def likelihood(model, test):
    """Minus the mean surprise at the true classes, by the probabilities that the loss makes of the outputs."""
    x, y = test
    p, from_logits = model.predict(x, verbose=0), getattr(model.loss, "_fn_kwargs", {}).get("from_logits", False)
    if p.shape[1] == 1:
        p = ops.sigmoid(p) if from_logits else p
        p = np.concatenate([1 - p, p], 1)
    elif from_logits:
        p = ops.softmax(p)
    p = np.clip(p, 1e-7, 1)
    return float(np.log(p / p.sum(1, keepdims=True))[np.arange(len(y)), y].mean())


def labels_right(model, test):
    """Share of right labels, where a sample may have several."""
    return float(((model.predict(test[0], verbose=0) > 0.5) == test[1]).mean())


def honesty(model, test):
    """Minus how much better the validation looks than data never seen."""
    validation, truly = model.history.history["val_loss"][-1], model.evaluate(*test, verbose=0)
    return -abs(truly - validation)


def balanced(model, test):
    """Mean over the classes of the share that is found."""
    x, y = test
    return float(np.mean([quality(model, (x[y == c], y[y == c])) for c in np.unique(y)]))


def unseen(model, test):
    """Minus the loss on data never seen."""
    loss = model.evaluate(*test, verbose=0)
    return -float(loss[0] if isinstance(loss, list) else loss)
