"""Two hashes of strings, as TensorFlow and so Keras have them: FarmHash's fingerprint, and SipHash with a key.

A hash is a number that looks random and is always the same for the same string. The arithmetic is on 64 bits and
throws away what does not fit.

Sources: github.com/google/farmhash (`farmhashna::Hash64`); Aumasson and Bernstein, SipHash, 2012.
"""

_MASK = (1 << 64) - 1
_K0, _K1, _K2 = 0xC3A5C85C97CB3127, 0xB492B66FBE98F273, 0x9AE16A3B2F90404F


def farmhash(s):
    """FarmHash's 64-bit fingerprint of bytes.

    >>> farmhash(b"a") % 3
    0
    """
    n = len(s)
    if n <= 16:
        return _up_to_16(s, n)
    if n <= 32:
        return _up_to_32(s, n)
    return _up_to_64(s, n) if n <= 64 else _longer(s, n)


def _word(s, i, size=8):
    return int.from_bytes(s[i : i + size], "little")


def _turned(x, bits):
    """A 64-bit word turned to the right."""
    x &= _MASK
    return ((x >> bits) | (x << (64 - bits))) & _MASK


def _mixed(u, v, mul):
    a = ((u ^ v) * mul) & _MASK
    a ^= a >> 47
    b = ((v ^ a) * mul) & _MASK
    b ^= b >> 47
    return (b * mul) & _MASK


def _up_to_16(s, n):
    mul = _K2 + 2 * n
    if n >= 8:
        a, b = (_word(s, 0) + _K2) & _MASK, _word(s, n - 8)
        return _mixed((_turned(b, 37) * mul + a) & _MASK, ((_turned(a, 25) + b) * mul) & _MASK, mul)
    if n >= 4:
        return _mixed((n + (_word(s, 0, 4) << 3)) & _MASK, _word(s, n - 4, 4), mul)
    if n == 0:
        return _K2
    y, z = s[0] + (s[n >> 1] << 8), n + (s[n - 1] << 2)
    x = ((y * _K2) ^ (z * _K0)) & _MASK
    return ((x ^ (x >> 47)) * _K2) & _MASK


def _up_to_32(s, n):
    mul = _K2 + 2 * n
    a, b, c, d = _word(s, 0) * _K1, _word(s, 8), _word(s, n - 8) * mul, _word(s, n - 16) * _K2
    u = (_turned(a + b, 43) + _turned(c, 30) + d) & _MASK
    return _mixed(u, (a + _turned(b + _K2, 18) + c) & _MASK, mul)


def _up_to_64(s, n):
    mul = _K2 + 2 * n
    a, b, c, d = _word(s, 0) * _K2, _word(s, 8), _word(s, n - 8) * mul, _word(s, n - 16) * _K2
    y = (_turned(a + b, 43) + _turned(c, 30) + d) & _MASK
    z = _mixed(y, (a + _turned(b + _K2, 18) + c) & _MASK, mul)
    e, f = _word(s, 16) * mul, _word(s, 24)
    g, h = ((y + _word(s, n - 32)) * mul) & _MASK, ((z + _word(s, n - 24)) * mul) & _MASK
    return _mixed((_turned(e + f, 43) + _turned(g, 30) + h) & _MASK, (e + _turned(f + a, 18) + g) & _MASK, mul)


def _weak(s, i, a, b):
    """32 bytes and two seeds into two words."""
    w, x, y, z = (_word(s, i + 8 * k) for k in range(4))
    a += w
    b = _turned(b + a + z, 21)
    c = a
    a += x + y
    b += _turned(a, 44)
    return (a + z) & _MASK, (b + c) & _MASK


def _longer(s, n):
    x, y = 81, (81 * _K1 + 113) & _MASK
    z = (y * _K2 + 113) & _MASK
    z = ((z ^ (z >> 47)) * _K2) & _MASK
    v, w = (0, 0), (0, 0)
    x = (x * _K2 + _word(s, 0)) & _MASK
    end = ((n - 1) // 64) * 64
    last = end + ((n - 1) & 63) - 63
    for i in range(0, end, 64):
        x = (_turned(x + y + v[0] + _word(s, i + 8), 37) * _K1) & _MASK
        y = (_turned(y + v[1] + _word(s, i + 48), 42) * _K1) & _MASK
        x ^= w[1]
        y = (y + v[0] + _word(s, i + 40)) & _MASK
        z = (_turned(z + w[0], 33) * _K1) & _MASK
        v = _weak(s, i, (v[1] * _K1) & _MASK, (x + w[0]) & _MASK)
        w = _weak(s, i + 32, (z + w[1]) & _MASK, (y + _word(s, i + 16)) & _MASK)
        z, x = x, z
    mul = _K1 + ((z & 0xFF) << 1)
    i = last
    w = ((w[0] + ((n - 1) & 63)) & _MASK, w[1])
    v = ((v[0] + w[0]) & _MASK, v[1])
    w = ((w[0] + v[0]) & _MASK, w[1])
    x = (_turned(x + y + v[0] + _word(s, i + 8), 37) * mul) & _MASK
    y = (_turned(y + v[1] + _word(s, i + 48), 42) * mul) & _MASK
    x ^= (w[1] * 9) & _MASK
    y = (y + v[0] * 9 + _word(s, i + 40)) & _MASK
    z = (_turned(z + w[0], 33) * mul) & _MASK
    v = _weak(s, i, (v[1] * mul) & _MASK, (x + w[0]) & _MASK)
    w = _weak(s, i + 32, (z + w[1]) & _MASK, (y + _word(s, i + 16)) & _MASK)
    z, x = x, z
    shift = ((y ^ (y >> 47)) * _K0) & _MASK
    return _mixed((_mixed(v[0], w[0], mul) + shift + z) & _MASK, (_mixed(v[1], w[1], mul) + x) & _MASK, mul)


def siphash(s, key):
    """SipHash-2-4 of bytes, with a key of two whole numbers.

    >>> siphash(b"", (0, 0))
    2202906307356721367
    """
    k0, k1 = (k & _MASK for k in key)
    v = [k0 ^ 0x736F6D6570736575, k1 ^ 0x646F72616E646F6D, k0 ^ 0x6C7967656E657261, k1 ^ 0x7465646279746573]
    padded = s + bytes(7 - len(s) % 8) + bytes([len(s) & 0xFF])
    for i in range(0, len(padded), 8):
        m = _word(padded, i)
        v[3] ^= m
        _round(v)
        _round(v)
        v[0] ^= m
    v[2] ^= 0xFF
    for _ in range(4):
        _round(v)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def _round(v):
    v[0] = (v[0] + v[1]) & _MASK
    v[2] = (v[2] + v[3]) & _MASK
    v[1], v[3] = _turned(v[1], 64 - 13) ^ v[0], _turned(v[3], 64 - 16) ^ v[2]
    v[0] = _turned(v[0], 32)
    v[2] = (v[2] + v[1]) & _MASK
    v[0] = (v[0] + v[3]) & _MASK
    v[1], v[3] = _turned(v[1], 64 - 17) ^ v[2], _turned(v[3], 64 - 21) ^ v[0]
    v[2] = _turned(v[2], 32)
