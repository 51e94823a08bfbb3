"""Matrix products for the DNC's kernels.

NumPy's product inside a kernel goes to a threaded BLAS whose threads wait for each other at every one of these small
products: on a busy machine that made a sequence ten times slower, and the number of threads is not ours to set. These
have no threads and reach most of that BLAS's speed on one.

The products of each list's own small matrices, a row for each head, stand last. Their inner loops write to one row
only, or to none, as rows of one array may overlap for all that the compiler knows.
"""

from __future__ import annotations

from memlab.core.compiled import compiled_in_any_order
from memlab.models.neural.dnc.trace import Array

__all__ = ["add_outer", "each_times", "each_times_transposed", "times", "times_transposed"]


@compiled_in_any_order
def times_transposed(x: Array, weight: Array, out: Array) -> None:
    """Set out = x weight^T: ``x`` (B, K), ``weight`` (J, K), ``out`` (B, J).

    Two rows by four columns at a time, so that every number that is loaded is used more than once; at the edges a row
    or a column is done again.
    """
    n_rows, n_terms = x.shape
    n_columns = len(weight)
    zero = out.dtype.type(0)
    for j in range(0, n_columns, 4):
        j1, j2, j3 = min(j + 1, n_columns - 1), min(j + 2, n_columns - 1), min(j + 3, n_columns - 1)
        for b in range(0, n_rows, 2):
            b1 = min(b + 1, n_rows - 1)
            s00 = s01 = s02 = s03 = s10 = s11 = s12 = s13 = zero
            for k in range(n_terms):
                x0, x1 = x[b, k], x[b1, k]
                w0, w1, w2, w3 = weight[j, k], weight[j1, k], weight[j2, k], weight[j3, k]
                s00, s01, s02, s03 = s00 + x0 * w0, s01 + x0 * w1, s02 + x0 * w2, s03 + x0 * w3
                s10, s11, s12, s13 = s10 + x1 * w0, s11 + x1 * w1, s12 + x1 * w2, s13 + x1 * w3
            out[b, j], out[b, j1], out[b, j2], out[b, j3] = s00, s01, s02, s03
            out[b1, j], out[b1, j1], out[b1, j2], out[b1, j3] = s10, s11, s12, s13


@compiled_in_any_order
def times(x: Array, weight: Array, out: Array) -> None:
    """Set out = x weight: ``x`` (B, K), ``weight`` (K, J), ``out`` (B, J).

    Two rows and four terms at a time; at the edges a term or a row that is not there counts nothing.
    """
    n_rows, n_terms = x.shape
    n_columns = weight.shape[1]
    zero = out.dtype.type(0)
    for b in range(n_rows):
        for j in range(n_columns):
            out[b, j] = zero
    for b in range(0, n_rows, 2):
        pair = b + 1 < n_rows
        b1 = b + 1 if pair else b
        for k in range(0, n_terms, 4):
            k1, k2, k3 = min(k + 1, n_terms - 1), min(k + 2, n_terms - 1), min(k + 3, n_terms - 1)
            x00, x01 = x[b, k], x[b, k1] if k + 1 < n_terms else zero
            x02, x03 = x[b, k2] if k + 2 < n_terms else zero, x[b, k3] if k + 3 < n_terms else zero
            x10, x11 = x[b1, k] if pair else zero, x[b1, k1] if pair and k + 1 < n_terms else zero
            x12, x13 = (
                x[b1, k2] if pair and k + 2 < n_terms else zero,
                x[b1, k3] if pair and k + 3 < n_terms else zero,
            )
            for j in range(n_columns):
                w0, w1, w2, w3 = weight[k, j], weight[k1, j], weight[k2, j], weight[k3, j]
                out[b, j] += x00 * w0 + x01 * w1 + x02 * w2 + x03 * w3
                out[b1, j] += x10 * w0 + x11 * w1 + x12 * w2 + x13 * w3


@compiled_in_any_order
def each_times(x: Array, weight: Array, out: Array) -> None:
    """Add to out[b] = x[b] weight[b]: ``x`` (B, R, K), ``weight`` (B, K, J), ``out`` (B, R, J)."""
    n_terms, n_columns = weight.shape[1:]
    eights = n_terms - n_terms % 8
    for b in range(len(x)):
        for r in range(x.shape[1]):
            for k in range(0, eights, 8):
                x0, x1, x2, x3 = x[b, r, k], x[b, r, k + 1], x[b, r, k + 2], x[b, r, k + 3]
                x4, x5, x6, x7 = x[b, r, k + 4], x[b, r, k + 5], x[b, r, k + 6], x[b, r, k + 7]
                for j in range(n_columns):
                    s0 = x0 * weight[b, k, j] + x1 * weight[b, k + 1, j]
                    s1 = x2 * weight[b, k + 2, j] + x3 * weight[b, k + 3, j]
                    s2 = x4 * weight[b, k + 4, j] + x5 * weight[b, k + 5, j]
                    s3 = x6 * weight[b, k + 6, j] + x7 * weight[b, k + 7, j]
                    out[b, r, j] += (s0 + s1) + (s2 + s3)
            for k in range(eights, n_terms):
                x0 = x[b, r, k]
                for j in range(n_columns):
                    out[b, r, j] += x0 * weight[b, k, j]


@compiled_in_any_order
def each_times_transposed(x: Array, weight: Array, out: Array) -> None:
    """Add to out[b] = x[b] weight[b]^T: ``x`` (B, R, K), ``weight`` (B, J, K), ``out`` (B, R, J)."""
    n_columns, n_terms = weight.shape[1:]
    zero = out.dtype.type(0)
    for b in range(len(x)):
        for r in range(x.shape[1]):
            for j in range(0, n_columns, 4):
                j1, j2, j3 = min(j + 1, n_columns - 1), min(j + 2, n_columns - 1), min(j + 3, n_columns - 1)
                s0 = s1 = s2 = s3 = zero
                for k in range(n_terms):
                    s0 += x[b, r, k] * weight[b, j, k]
                    s1 += x[b, r, k] * weight[b, j1, k]
                    s2 += x[b, r, k] * weight[b, j2, k]
                    s3 += x[b, r, k] * weight[b, j3, k]
                out[b, r, j] += s0
                if j + 1 < n_columns:
                    out[b, r, j1] += s1
                if j + 2 < n_columns:
                    out[b, r, j2] += s2
                if j + 3 < n_columns:
                    out[b, r, j3] += s3


@compiled_in_any_order
def add_outer(x: Array, y: Array, out: Array) -> None:
    """Add to out[b] = x[b]^T y[b]: ``x`` (B, R, J), ``y`` (B, R, K), ``out`` (B, J, K)."""
    n_heads, (n_rows, n_columns) = x.shape[1], out.shape[1:]
    fours = n_heads - n_heads % 4
    for b in range(len(x)):
        for j in range(n_rows):
            for r in range(0, fours, 4):
                x0, x1, x2, x3 = x[b, r, j], x[b, r + 1, j], x[b, r + 2, j], x[b, r + 3, j]
                for k in range(n_columns):
                    out[b, j, k] += (x0 * y[b, r, k] + x1 * y[b, r + 1, k]) + (
                        x2 * y[b, r + 2, k] + x3 * y[b, r + 3, k]
                    )
            for r in range(fours, n_heads):
                x0 = x[b, r, j]
                for k in range(n_columns):
                    out[b, j, k] += x0 * y[b, r, k]
