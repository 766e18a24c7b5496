"""What is to be reached, as data, and whether it is."""

from dataclasses import dataclass

from parts import growth, starting
from parts.training import ratio_to
from peers import ALL, KERAS
from tables import ratio

SMALL_STEP = ("two_inputs", "spirals")
BIG_STEP = ("mlp", "cnn", "resnet", "lstm", "gru", "transformer")
AT_WORK = ("predict", "predict_1024", "evaluate", "call_one", "predict_one", "predict_one_batch")
TAPES = ("autograd", "mygrad")
OTHERS = ("numpy_by_hand", *TAPES, "torch_by_hand", *KERAS)


@dataclass(frozen=True)
class Target:
    """A contender may take at most so many times as long as the best of some others, in each of some races.

    `floor` is the loop by hand on the same library: what it takes itself is told where it could not do it either.
    """

    words: str
    ours: str
    others: tuple
    races: tuple
    most: float
    floor: str = ""


NOTES = {  # target -> why it may be out of reach, told beside it when it is missed
    "NumPy backend / best of autograd and MyGrad": "In the MLP about two thirds of a step are matrix products, and all "
    "three ask the same BLAS for them; what NumPy by hand takes, which does nothing beside, is the floor.",
    "Torch backend / the fastest peer": "In a small step, and for one row, the fastest peer is NumPy by hand: Torch needs "
    "longer to find a kernel than NumPy to run one. *Where the time of a small step goes* has the floor, piece by piece.",
    "Slope of kerasteach on NumPy": "Attention over 512 words makes arrays of 128 MiB, and the C library asks the system for "
    "each one anew: 58,000 page faults a step, which is half of its time. With MALLOC_MMAP_THRESHOLD_=1073741824 and "
    "MALLOC_TRIM_THRESHOLD_=8589934592 in the environment there are none; the loop by hand makes fewer such arrays.",
}
TARGETS = (
    Target("NumPy backend / NumPy by hand", "kerasteach_numpy", ("numpy_by_hand",), SMALL_STEP, 1.25),
    Target("NumPy backend / best Keras backend", "kerasteach_numpy", KERAS, SMALL_STEP, 0.5, "numpy_by_hand"),
    Target("NumPy backend / best of autograd and MyGrad", "kerasteach_numpy", TAPES, (*SMALL_STEP, "mlp"), 0.5, "numpy_by_hand"),
    Target("NumPy backend / Torch by hand", "kerasteach_numpy", ("torch_by_hand",), ("cnn_gradients",), 3, "numpy_by_hand"),
    Target("Torch backend / Torch by hand", "kerasteach_torch", ("torch_by_hand",), SMALL_STEP, 1.1),
    Target("Torch backend / Torch by hand", "kerasteach_torch", ("torch_by_hand",), BIG_STEP, 1.05),
    Target("Torch backend / the fastest peer", "kerasteach_torch", OTHERS, (*SMALL_STEP, *BIG_STEP, *AT_WORK), 1.0, "torch_by_hand"),
    Target("Torch backend, jit_compile / Torch by hand", "kerasteach_compiled", ("torch_by_hand",), SMALL_STEP, 0.5),
)
OF_THE_TAPE = (
    Target("Recording off / never on", "kerasteach_off_again", ("kerasteach_numpy",), SMALL_STEP, 1.02),
    Target("Recording on / off", "kerasteach_recorded", ("kerasteach_numpy",), SMALL_STEP, 3),
)
IMPORT, LESSON_MIB, STEEPER = 1.5, 150, 0.1  # a slope may lie this much above the arithmetic's: it is measured


@dataclass(frozen=True)
class Verdict:
    """What was asked, where it was measured, and what came out."""

    words: str
    wanted: str
    race: str
    value: str
    met: bool


def judge(results):
    """Return a verdict for everything `results` can tell about.

    Args:
        results: {part: data}, as suite.py keeps it.
    """
    verdicts = [verdict for target in TARGETS for verdict in of_races(target, results)]
    if "starting" in results:
        verdicts += of_starting(results["starting"])
    if "tape" in results:
        verdicts += [verdict for target in OF_THE_TAPE for verdict in of_races(target, results["tape"]["races"])]
    if "growth" in results:
        verdicts += of_growth(results["growth"])
    return verdicts


def of_races(target, results):
    """Yield a verdict a race: against the best of the others, and who that is."""
    races = results | results.get("serving", {}).get("races", {})
    for race in target.races:
        ratios = {other: ratio_to(races[race], target.ours, other) for other in target.others} if race in races else {}
        ratios = {other: value for other, value in ratios.items() if value is not None}
        if ratios:
            best = max(ratios, key=ratios.get)
            met = ratios[best] <= target.most
            notes = [ALL[best].words] if len(target.others) > 1 else []
            floor = ratio_to(races[race], target.floor, best)
            if not met and floor is not None and floor > target.most:
                notes.append(f"{ALL[target.floor].words} itself {floor:.2f}")
            value = ratio(ratios[best]) + (f" ({'; '.join(notes)})" if notes else "")
            yield Verdict(target.words, f"<= {target.most}", race, value, met)


def of_starting(data):
    """Yield the verdicts on import and memory."""
    value = starting.import_ratio(data)
    yield Verdict("`import kerasteach` / `import numpy`", f"<= {IMPORT}", "import", ratio(value), value <= IMPORT)
    torch = data["imports"]["kerasteach"]["torch"]
    yield Verdict("`import kerasteach` loads Torch", "no", "import", "yes" if torch else "no", not torch)
    for name, cells in data["lessons"].items():
        most = max(cell["rss"] for cell in cells if not cell["torch"]) / 2**20
        words = "Memory of a lesson's kernel, before a cell loads Torch"
        yield Verdict(words, f"<= {LESSON_MIB} MiB", name, f"{most:.0f} MiB", most <= LESSON_MIB)


def of_growth(data):
    """Yield a verdict an axis and backend: no steeper than the arithmetic, or than the loop by hand where that is steeper."""
    for axis, found in data["axes"].items():
        slopes = {who: growth.slope(found["sizes"], seconds) for who, seconds in found["seconds"].items()}
        arithmetic = growth.slope(found["sizes"], found["flops"])
        for who in filter(slopes.__contains__, growth.BY_HAND):
            most = max(arithmetic, slopes.get(growth.BY_HAND[who], 0)) + STEEPER
            wanted = "<= the arithmetic's, or the loop's by hand"
            value = f"{slopes[who]:.2f} of {most:.2f}"
            yield Verdict(f"Slope of {ALL[who].words}", wanted, axis, value, slopes[who] <= most)
