"""sanitize.cfg makes equal what differs between two runs by nature, and leaves apart what must be compared."""

import re
from pathlib import Path

import pytest

plugin = pytest.importorskip("nbval.plugin")
PATTERNS = plugin.get_sanitize_patterns(Path(__file__).with_name("sanitize.cfg").read_text("utf-8"))


def sanitized(text):
    for pattern, replacement in PATTERNS:
        text = re.sub(pattern, replacement, text)
    return text


SAME = {
    "progress bar": (
        "32/32 ━━━━━━━━━━ 0s 2ms/step - loss: 0.6931",
        "32/32 ━━━━━━━━━━ 1s 31ms/step - loss: 0.6931",
    ),
    "minutes": ("32/32 ━━ 1:02 2s/step", "32/32 ━━ 59s 1s/step"),
    "microseconds": ("313/313 ━━ 0s 850us/step", "313/313 ━━ 1s 1ms/step"),
    "overwritten lines": (" 1/32 ━━ 4s 140ms/step\r\x08\x0832/32 ━━ 0s 2ms/step   \n", "32/32 ━━ 0s 1ms/step\n"),
    "lines of a log": (
        "Epoch 1/2\n 9/32 ━━╺   1:02 2s/step - loss: 0.7 - all 2 epochs: 2:10 left\n32/32 ━━ - validating: 3/8, 2s left\n32/32 ━━ 9s 1s/step\n",
        "Epoch 1/2\n32/32 ━━ 1s 9ms/step\n",
    ),
    "colours": ("\x1b[1m32/32\x1b[0m \x1b[32m━━\x1b[0m", "32/32 ━━"),
    "address": ("<Dense object at 0x7f3a10c0>", "<Dense object at 0x55d01fa38>"),
    "uuid": ("2b1f6f0e-9f5c-4a77-8e1e-0d9a8b7c6d5e", "11111111-2222-3333-4444-555555555555"),
    "hexadecimal uuid": ("id 2b1f6f0e9f5c4a778e1e0d9a8b7c6d5e", "id 11111111222233334444555555555555"),
    "date": ("saved 2026-11-22", "saved 2027-01-02"),
    "date and time": ("2026-11-22T23:07:01.5Z", "2027-01-02 03:04"),
    "duration": ("took 1.23 s, 410 ms a step", "took 10 s, 9.5 ms a step"),
    "temporary folder": ("saved /tmp/tmpab12/model.keras", "saved /var/folders/x/y.keras"),
}
APART = {
    "loss": ("0s 2ms/step - loss: 0.6931", "0s 2ms/step - loss: 0.6932"),
    "shape": ("(None, 64)", "(None, 32)"),
    "steps": ("32/32 ━━ 0s 2ms/step", "31/31 ━━ 0s 2ms/step"),
    "parameters": ("Total params: 2,241 (8.75 KB)", "Total params: 2,242 (8.75 KB)"),
    "array": ("array([0.1, 0.2])", "array([0.1, 0.3])"),
    "small number": ("error 1.2e-07", "error 1.3e-07"),
    "lines": ("a\nb", "ab"),
}


@pytest.mark.parametrize("one, other", SAME.values(), ids=SAME)
def test_same(one, other):
    assert sanitized(one) == sanitized(other)


@pytest.mark.parametrize("one, other", APART.values(), ids=APART)
def test_apart(one, other):
    assert sanitized(one) != sanitized(other)


def test_every_rule_is_read():
    text = Path(__file__).with_name("sanitize.cfg").read_text("utf-8")
    assert len(PATTERNS) == text.count("\nregex: ") == text.count("\nreplace: ")
