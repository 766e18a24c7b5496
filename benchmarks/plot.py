"""Two pictures of the results: how long everybody takes beside Torch by hand, and how time grows.

    python benchmarks/plot.py        draws docs/benchmarks/*.svg again

Colours are Okabe and Ito's, each with a marker of its own; lines and text are of a grey that can be read on white and on
black, and nothing is painted behind them.
"""

import json
import sys
from pathlib import Path

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt
from matplotlib.ticker import FuncFormatter, NullFormatter
from parts import growth, training
from peers import ALL
from tables import duration, short

GREY = "#7b7b7b"
STYLE = {  # contender -> colour, marker, filled
    "kerasteach_numpy": ("#D55E00", "o", True),
    "kerasteach_torch": ("#0072B2", "o", True),
    "kerasteach_compiled": ("#56B4E9", "D", False),
    "kerasteach_tape": ("#D55E00", "s", False),
    "numpy_by_hand": ("#D55E00", "x", True),
    "torch_by_hand": ("#0072B2", "x", True),
    "autograd": ("#E69F00", "^", False),
    "mygrad": ("#E69F00", "v", False),
    "keras_torch": ("#CC79A7", "<", False),
    "keras_jax": ("#009E73", ">", False),
    "keras_tensorflow": ("#009E73", "s", False),
}
SHORT = {  # race -> its name beside the axis
    "two_inputs": "two inputs, batch 32",
    "spirals": "2-64-64-3, batch 32",
    "mlp": "MLP",
    "cnn": "CNN",
    "cnn_gradients": "CNN, no update",
    "resnet": "residual net",
    "lstm": "LSTM",
    "gru": "GRU",
    "transformer": "Transformer",
    "predict": "predict, batch 32",
    "predict_1024": "predict, batch 1,024",
    "evaluate": "evaluate, batch 32",
    "call_one": "model(x), one row",
    "predict_one": "predict, one row",
    "predict_one_batch": "predict_on_batch, one row",
}
LOOK = {
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "kerasteach",  # the same numbers give the same file
    "font.family": "sans-serif",
    "font.size": 10,
    "text.color": GREY,
    "axes.edgecolor": GREY,
    "axes.labelcolor": GREY,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
}


def marks(name):
    """Return how a contender is drawn."""
    color, marker, filled = STYLE[name]
    return {"color": color, "marker": marker, "mfc": color if filled else "none", "ms": 7, "mew": 1.6}


def ratios(results):
    """Return a figure: a line a race, a mark a contender, Torch by hand at 1; kerasteach above the line, peers below."""
    races = {race: data for race, data in (results | results.get("serving", {}).get("races", {})).items() if race in SHORT}
    races = {race: races[race] for race in SHORT if race in races and "torch_by_hand" in races[race]["contenders"]}
    figure, axes = plt.subplots(figsize=(9, 1.4 + 0.36 * len(races)), layout="constrained")
    axes.axvline(1, color=GREY, lw=1)
    for y, data in enumerate(races.values()):
        axes.axhline(y, color=GREY, lw=0.4, alpha=0.6, zorder=0)
        for name in data["contenders"]:
            lane = y - 0.17 if name.startswith("kerasteach") else y + 0.17  # ours above the line, the peers below
            axes.plot(training.ratio_to(data, name, "torch_by_hand"), lane, ls="none", zorder=3, **marks(name))
    seen = [name for name in STYLE if any(name in data["contenders"] for data in races.values())]
    handles = [axes.plot([], [], ls="none", label=ALL[name].words, **marks(name))[0] for name in seen]
    axes.set(xscale="log", ylim=(len(races) - 0.5, -0.5), xlabel="time, as a multiple of Torch by hand: left is faster")
    axes.set_yticks(range(len(races)), [SHORT[race] for race in races])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: short(x)))
    axes.xaxis.set_minor_formatter(NullFormatter())
    figure.legend(handles=handles, loc="outside upper center", ncols=4, frameon=False)
    return figure


def lines(data):
    """Return a figure: a panel an axis of growth, a line a contender, and what the arithmetic does."""
    figure, panels = plt.subplots(2, 3, figsize=(9, 6), layout="constrained")
    handles = {}
    for panel, (axis, found) in zip(panels.flat, data["axes"].items(), strict=True):
        sizes = found["sizes"]
        for name, seconds in found["seconds"].items():
            [handles[ALL[name].words]] = panel.plot(sizes, seconds, lw=1.4, **marks(name))
        first = min(seconds[-1] for seconds in found["seconds"].values()) / 2  # below all others, so that slopes compare
        arithmetic = [first * flops / found["flops"][-1] for flops in found["flops"]]
        [handles["the arithmetic"]] = panel.plot(sizes, arithmetic, color=GREY, ls="--", lw=1.2)
        panel.set(xscale="log", yscale="log", xlabel=growth.AXES[axis][0])
        panel.set_xticks(sizes, [thousands(size) for size in sizes])
        panel.xaxis.set_minor_formatter(NullFormatter())
        panel.xaxis.set_tick_params(which="minor", length=0)
        panel.yaxis.set_major_formatter(FuncFormatter(lambda y, _: duration(y)))
        panel.yaxis.set_minor_formatter(NullFormatter())
    figure.legend(handles.values(), handles, loc="outside upper center", ncols=3, frameon=False)
    return figure


def thousands(size):
    """Return a size as short as it goes.

    >>> thousands(64_000), thousands(512)
    ('64k', '512')
    """
    return f"{size // 1000}k" if size >= 1000 and size % 1000 == 0 else f"{size:,}"


def draw(results, folder):
    """Write the pictures there are results for; return their names."""
    figures = {}
    with plt.rc_context(LOOK):
        if any("torch_by_hand" in results.get(race, {}).get("contenders", ()) for race in training.TITLES):
            figures["ratios.svg"] = ratios(results)
        if "growth" in results:
            figures["growth.svg"] = lines(results["growth"])
        for name, figure in figures.items():
            figure.savefig(folder / name, metadata={"Date": None, "Creator": None})
            plt.close(figure)
    return list(figures)


if __name__ == "__main__":
    folder = Path(__file__).resolve().parents[1] / "docs" / "benchmarks"
    print(draw(json.loads((folder / "results.json").read_text("utf-8")), Path(sys.argv[1]) if sys.argv[1:] else folder))
