"""The restricted likelihood of the mark model at given variances, its slope and its average information.

Candidates are eliminated exactly, one small block each: what is left is one dense matrix of the effects that they
share (assessors, items, assessor by item). At a variance of zero everything stays defined, as effects are counted in
units of their own standard deviation.

Source: Patterson and Thompson 1971; Johnson and Thompson 1995 (average information); Searle, Casella and McCulloch
1992, chapter 6.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen

from hamsafar.selection.design import Block, Design
from hamsafar.selection.marks import Numbers

_MANY = 2_000_000  # numbers of matrices that are solved at once: 16 MB


@frozen(kw_only=True, eq=False)
class Solved:
    """The model solved at given variances."""

    design: Design
    variances: Numbers  # (terms,), in the scale of the design
    weights: tuple[Numbers, ...]  # of each block: (patterns, marks, marks), inverse covariance within a candidate
    cross: Numbers  # (effects, effects): what the marks say of mean and shared effects, without any prior
    scale: Numbers  # (effects,): standard deviation of each; 1 for the mean
    factor: Numbers  # lower Cholesky factor of scale·cross·scale + 1
    effects: Numbers  # (effects,): mean and shared effects, best linear unbiased predictions
    minus_two_log: float  # restricted likelihood, up to a constant

    def covariance(self) -> Numbers:
        """Of mean and shared effects given the marks: (effects, effects)."""
        from scipy.linalg import cho_solve

        inverse = cho_solve((self.factor, True), np.eye(self.scale.size))
        return np.asarray(inverse * self.scale * self.scale[:, None])

    def shared_part(self) -> Numbers:
        """(marks,): mean and shared effects of each mark together."""
        return _spread_out(self.design, np.asarray(self.design.gather @ self.effects))

    def variance(self, term: str) -> float:
        """In the scale of the design; 0 for a term that is not in the model."""
        return float(self.variances[self.design.terms.index(term)]) if term in self.design.terms else 0.0


def solve(design: Design, variances: Numbers) -> Solved:
    """The model at these variances. Raises numpy.linalg.LinAlgError where they give no covariance."""
    from scipy.linalg import cho_solve, cholesky

    weights, log_own = _weights(design, variances)
    strung = _strung(weights)
    cross = _cross(design, strung)
    scale = _scale(design, variances)
    inner = cross * scale * scale[:, None]
    inner[np.diag_indices_from(inner)] += np.concatenate([[0.0], np.ones(scale.size - 1)])
    factor = cholesky(inner, lower=True, check_finite=False)
    right = scale * (design.gather.T @ (design.sums.right @ strung))
    answer = cho_solve((factor, True), right, check_finite=False)
    log_shared = 2 * float(np.log(np.diag(factor)).sum())
    return Solved(
        design=design,
        variances=variances,
        weights=weights,
        cross=cross,
        scale=scale,
        factor=factor,
        effects=scale * answer,
        minus_two_log=log_own + log_shared + float(design.sums.square @ strung - right @ answer),
    )


def minus_two_logs(design: Design, variances: Numbers) -> Numbers:
    """(sets,): what `solve` finds as `minus_two_log` at each of many sets of variances (sets, terms), all at once.

    Sets that give no covariance are infinite.
    """
    effects = design.gather.shape[1]
    step = max(1, _MANY // max(effects**2, design.sums.square.size))
    gather = design.gather.toarray()
    out = [_minus_two_logs(design, variances[start : start + step], gather) for start in range(0, len(variances), step)]
    return np.concatenate(out)


def _minus_two_logs(design: Design, variances: Numbers, gather: Numbers) -> Numbers:
    width, effects = gather.shape
    strung, log_own = _many_weights(design, variances)
    cross = (design.sums.cross @ strung).T.reshape(-1, width, width)
    scale = np.ones((len(variances), effects))
    for term, place in design.columns.items():
        scale[:, place] = np.sqrt(variances[:, [design.terms.index(term)]])
    inner = (gather.T @ cross @ gather) * scale[:, :, None] * scale[:, None, :]
    inner[:, np.arange(1, effects), np.arange(1, effects)] += 1
    right = scale * ((design.sums.right @ strung).T @ gather)
    sign, log_shared = np.linalg.slogdet(inner)
    answer = np.linalg.solve(inner, right[:, :, None])[:, :, 0]
    total = log_own + log_shared + design.sums.square @ strung - np.einsum("se,se->s", right, answer)
    return np.where((sign > 0) & np.isfinite(total), total, np.inf)


def _many_weights(design: Design, variances: Numbers) -> tuple[Numbers, Numbers]:
    """Weights strung out (weights, sets), and the logarithms of the determinants (sets,)."""
    pieces, log_own = [], np.zeros(len(variances))
    for block in design.blocks:
        shape = (len(variances), *block.same_item.shape)
        covariance = np.zeros(shape)
        for term in design.own:
            covariance += variances[:, design.terms.index(term), None, None, None] * kernel(block, term)
        log_own += np.linalg.slogdet(covariance)[1] @ block.count
        pieces.append(np.linalg.inv(covariance).reshape(len(variances), -1))
    return np.concatenate(pieces, axis=1).T, log_own


def slope(solved: Solved) -> tuple[Numbers, Numbers]:
    """Slope of the log likelihood by variance (terms,), and its average information (terms, terms)."""
    design = solved.design
    left = weigh(design, solved.weights, design.y - solved.shared_part())
    spread = np.column_stack([alike(design, term, left) for term in design.terms])
    traces = _traces(solved)
    gradient = 0.5 * (left @ spread - traces)
    weighted = weigh(design, solved.weights, spread)
    right = solved.scale[:, None] * _gathered(design, weighted)
    from scipy.linalg import solve_triangular

    half = solve_triangular(solved.factor, right, lower=True, check_finite=False)
    return gradient, 0.5 * (spread.T @ weighted - half.T @ half)


def alike(design: Design, term: str, values: Numbers) -> Numbers:
    """(marks,): the term's covariance, without its variance, times values: sums over marks that share the effect."""
    if term == "residual":
        return values
    group = design.groups[term]
    return np.asarray(np.bincount(group, values)[group])


def weigh(design: Design, weights: tuple[Numbers, ...], values: Numbers) -> Numbers:
    """Inverse covariance within candidates times values: (marks,) or (marks, several)."""
    flat = values.ndim == 1
    columns = values[:, None] if flat else values
    out = np.empty_like(columns)
    for block, weight in zip(design.blocks, weights, strict=True):
        if block.count.size == 1:  # one pattern: one matrix for all
            out[block.rows] = np.einsum("ij,cjk->cik", weight[0], columns[block.rows])
        else:
            out[block.rows] = weight[block.pattern] @ columns[block.rows]
    return out[:, 0] if flat else out


def own_covariance(block: Block, design: Design, variances: Numbers) -> Numbers:
    """(patterns, marks, marks): covariance of a candidate's own part."""
    total = np.zeros_like(block.same_item)
    for term in design.own:
        total += variances[design.terms.index(term)] * kernel(block, term)
    return total


def kernel(block: Block, term: str) -> Numbers:
    """(patterns, marks, marks): which marks of a candidate share an effect of this term."""
    match term:
        case "residual":
            return np.broadcast_to(np.eye(block.same_item.shape[1]), block.same_item.shape)
        case "candidate":
            return np.ones_like(block.same_item)
        case "candidate_assessor":
            return block.same_assessor
        case _:
            return block.same_item


def _weights(design: Design, variances: Numbers) -> tuple[tuple[Numbers, ...], float]:
    """Inverse covariances of each block's patterns, and the logarithm of all their determinants together."""
    weights, log_own = [], 0.0
    for block in design.blocks:
        covariance = own_covariance(block, design, variances)
        sign, log = np.linalg.slogdet(covariance)
        if not np.all(sign > 0):
            raise np.linalg.LinAlgError("covariance is not positive")
        log_own += float(block.count @ log)
        weights.append(np.linalg.inv(covariance))
    return tuple(weights), log_own


def _strung(weights: tuple[Numbers, ...]) -> Numbers:
    return np.concatenate([weight.ravel() for weight in weights])


def _cross(design: Design, strung: Numbers) -> Numbers:
    """(effects, effects): sums of weights over pairs of marks of one candidate, by the effects of both."""
    width = design.gather.shape[0]
    half = design.gather.T @ (design.sums.cross @ strung).reshape(width, width)
    return np.asarray((design.gather.T @ half.T).T)


def _traces(solved: Solved) -> Numbers:
    """tr(P V_k) of every term, P the projection of the restricted likelihood."""
    from scipy.linalg import cho_solve, solve_triangular

    design, scale = solved.design, solved.scale
    inverse = cho_solve((solved.factor, True), np.eye(scale.size), check_finite=False)
    traces = []
    for term in design.terms:
        if term in design.columns:
            place = design.columns[term]
            half = solve_triangular(
                solved.factor, scale[:, None] * solved.cross[:, place], lower=True, check_finite=False
            )
            traces.append(float(np.trace(solved.cross[place, place]) - np.einsum("ij,ij", half, half)))
            continue
        whole, inside = 0.0, []
        for block, weight in zip(design.blocks, solved.weights, strict=True):
            shape = kernel(block, term)
            whole += float(block.count @ np.einsum("pij,pij->p", weight, shape))
            inside.append(weight @ shape @ weight)
        cross = _cross(design, _strung(tuple(inside))) * scale * scale[:, None]
        traces.append(whole - float(np.einsum("ij,ij", inverse, cross)))
    return np.array(traces)


def _scale(design: Design, variances: Numbers) -> Numbers:
    scale = np.ones(design.gather.shape[1])
    for term, place in design.columns.items():
        scale[place] = np.sqrt(variances[design.terms.index(term)])
    return scale


def _gathered(design: Design, values: Numbers) -> Numbers:
    """Sums of values (marks,) or (marks, several) by effect: (effects,) or (effects, several)."""
    columns = values[:, None] if values.ndim == 1 else values
    sums = np.vstack(
        [
            np.column_stack([np.bincount(code, column, size) for column in columns.T])
            for code, size in zip(design.fine, design.fine_sizes, strict=True)
        ]
    )
    out = np.asarray(design.gather.T @ sums)
    return out[:, 0] if values.ndim == 1 else out


def _spread_out(design: Design, by_column: Numbers) -> Numbers:
    """(marks,): of each mark, the sum of its finest columns' values."""
    starts = design.fine_starts
    return np.asarray(sum(by_column[start + code] for start, code in zip(starts, design.fine, strict=False)))
