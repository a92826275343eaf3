"""The interval of a ratio of two rates, by score (Koopman 1984): it holds for small counts and for none at all."""

from __future__ import annotations

from math import exp, log, sqrt

Z_95 = 1.959963984540054  # of the normal distribution: 95 % lie within
_FAR = 40.0  # log of a ratio beyond all that people count


def ratio_interval(
    passed: int, entered: int, passed_best: int, entered_best: int, *, z: float = Z_95
) -> tuple[float, float | None]:
    """Between which ratios of the two rates lies the true one, at 95 %; None where it has no upper end.

    The ratios that Pearson's chi-squared of both groups, with the rates most likely under that ratio, does not reject.
    """
    seen = (passed, entered, passed_best, entered_best)
    middle = _FAR if passed else -_FAR
    if passed and passed_best:
        middle = log(passed / entered * entered_best / passed_best)
    low = 0.0 if not passed else exp(_edge(-_FAR, middle, seen, z))
    high = None if not passed_best else exp(_edge(_FAR, middle, seen, z))
    return low, high


def _edge(outside: float, inside: float, seen: tuple[int, int, int, int], z: float) -> float:
    """Where chi-squared passes z² between a log of a ratio that is rejected and one that is not; by halving."""
    for _ in range(100):
        between = (outside + inside) / 2
        if _chi_squared(exp(between), *seen) > z * z:
            outside = between
        else:
            inside = between
    return (outside + inside) / 2


def _chi_squared(ratio: float, x: int, n: int, x_best: int, n_best: int) -> float:
    """Koopman 1984, equation 2: with the most likely rates, of which one is `ratio` times the other."""
    b = n * ratio + x + n_best + x_best * ratio
    c = x + x_best
    root = sqrt(max(0.0, b * b - 4 * (n + n_best) * ratio * c))
    best = 2 * c / (b + root)  # the smaller root of the quadratic, without cancellation
    return _term(x, n, best * ratio) + _term(x_best, n_best, best)


def _term(x: int, n: int, rate: float) -> float:
    spread = n * rate * (1 - rate)
    off = (x - n * rate) ** 2
    return off / spread if spread > 0 else (0.0 if off < 1e-9 else float("inf"))
