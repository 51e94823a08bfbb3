"""Matrix products for the DNC's kernels.

NumPy's product inside a kernel goes to a threaded BLAS whose threads wait for each other at every one of these small
products: on a busy machine that made a sequence ten times slower, and the number of threads is not ours to set. These
have no threads and reach most of that BLAS's speed on one.

Rows of one array may overlap for all that the compiler knows. So four rows come one by one, as arrays of their own,
to the kernels that do the work; and the products of each list's own small matrices, a row for each head, which stand
last, write to one row only, or to none, in their inner loops.
"""

from __future__ import annotations

from memlab.core.compiled import compiled, compiled_in_any_order
from memlab.models.neural.dnc.trace import Array

__all__ = ["add_outer", "each_times", "each_times_transposed", "times", "times_transposed"]


@compiled
def times_transposed(x: Array, weight: Array, out: Array) -> None:
    """Set out = x weight^T: ``x`` (B, K), ``weight`` (J, K), ``out`` (B, J)."""
    fours = len(x) - len(x) % 4
    for b in range(0, fours, 4):
        dots_of_four(out[b], out[b + 1], out[b + 2], out[b + 3], x[b], x[b + 1], x[b + 2], x[b + 3], weight)
    for b in range(fours, len(x)):
        dots_of_one(out[b], x[b], weight)


@compiled_in_any_order
def dots_of_four(
    out0: Array, out1: Array, out2: Array, out3: Array, x0: Array, x1: Array, x2: Array, x3: Array, weight: Array
) -> None:
    """Set four rows of `times_transposed`, four columns at a time: what is loaded is used four times."""
    n_columns, n_terms = weight.shape
    zero, fours = out0.dtype.type(0), n_columns - n_columns % 4
    for j in range(0, fours, 4):
        s00 = s01 = s02 = s03 = s10 = s11 = s12 = s13 = zero
        s20 = s21 = s22 = s23 = s30 = s31 = s32 = s33 = zero
        for k in range(n_terms):
            w0, w1, w2, w3 = weight[j, k], weight[j + 1, k], weight[j + 2, k], weight[j + 3, k]
            s00, s01, s02, s03 = s00 + x0[k] * w0, s01 + x0[k] * w1, s02 + x0[k] * w2, s03 + x0[k] * w3
            s10, s11, s12, s13 = s10 + x1[k] * w0, s11 + x1[k] * w1, s12 + x1[k] * w2, s13 + x1[k] * w3
            s20, s21, s22, s23 = s20 + x2[k] * w0, s21 + x2[k] * w1, s22 + x2[k] * w2, s23 + x2[k] * w3
            s30, s31, s32, s33 = s30 + x3[k] * w0, s31 + x3[k] * w1, s32 + x3[k] * w2, s33 + x3[k] * w3
        out0[j], out0[j + 1], out0[j + 2], out0[j + 3] = s00, s01, s02, s03
        out1[j], out1[j + 1], out1[j + 2], out1[j + 3] = s10, s11, s12, s13
        out2[j], out2[j + 1], out2[j + 2], out2[j + 3] = s20, s21, s22, s23
        out3[j], out3[j + 1], out3[j + 2], out3[j + 3] = s30, s31, s32, s33
    for j in range(fours, n_columns):
        s00 = s10 = s20 = s30 = zero
        for k in range(n_terms):
            w0 = weight[j, k]
            s00, s10, s20, s30 = s00 + x0[k] * w0, s10 + x1[k] * w0, s20 + x2[k] * w0, s30 + x3[k] * w0
        out0[j], out1[j], out2[j], out3[j] = s00, s10, s20, s30


@compiled_in_any_order
def dots_of_one(out: Array, x: Array, weight: Array) -> None:
    """Set one row of `times_transposed`."""
    n_columns, n_terms = weight.shape
    zero, fours = out.dtype.type(0), n_columns - n_columns % 4
    for j in range(0, fours, 4):
        s0 = s1 = s2 = s3 = zero
        for k in range(n_terms):
            s0, s1 = s0 + x[k] * weight[j, k], s1 + x[k] * weight[j + 1, k]
            s2, s3 = s2 + x[k] * weight[j + 2, k], s3 + x[k] * weight[j + 3, k]
        out[j], out[j + 1], out[j + 2], out[j + 3] = s0, s1, s2, s3
    for j in range(fours, n_columns):
        s0 = zero
        for k in range(n_terms):
            s0 += x[k] * weight[j, k]
        out[j] = s0


@compiled
def times(x: Array, weight: Array, out: Array) -> None:
    """Set out = x weight: ``x`` (B, K), ``weight`` (K, J), ``out`` (B, J)."""
    fours = len(x) - len(x) % 4
    for b in range(len(x)):
        for j in range(out.shape[1]):
            out[b, j] = out.dtype.type(0)
    for b in range(0, fours, 4):
        add_to_four(out[b], out[b + 1], out[b + 2], out[b + 3], x[b], x[b + 1], x[b + 2], x[b + 3], weight)
    for b in range(fours, len(x)):
        add_to_one(out[b], x[b], weight)


@compiled_in_any_order
def add_to_four(
    out0: Array, out1: Array, out2: Array, out3: Array, x0: Array, x1: Array, x2: Array, x3: Array, weight: Array
) -> None:
    """Add four rows of `times`, four terms at a time."""
    n_terms, n_columns = weight.shape
    fours = n_terms - n_terms % 4
    for k in range(0, fours, 4):
        x00, x01, x02, x03 = x0[k], x0[k + 1], x0[k + 2], x0[k + 3]
        x10, x11, x12, x13 = x1[k], x1[k + 1], x1[k + 2], x1[k + 3]
        x20, x21, x22, x23 = x2[k], x2[k + 1], x2[k + 2], x2[k + 3]
        x30, x31, x32, x33 = x3[k], x3[k + 1], x3[k + 2], x3[k + 3]
        for j in range(n_columns):
            w0, w1, w2, w3 = weight[k, j], weight[k + 1, j], weight[k + 2, j], weight[k + 3, j]
            out0[j] += (x00 * w0 + x01 * w1) + (x02 * w2 + x03 * w3)
            out1[j] += (x10 * w0 + x11 * w1) + (x12 * w2 + x13 * w3)
            out2[j] += (x20 * w0 + x21 * w1) + (x22 * w2 + x23 * w3)
            out3[j] += (x30 * w0 + x31 * w1) + (x32 * w2 + x33 * w3)
    for k in range(fours, n_terms):
        x00, x10, x20, x30 = x0[k], x1[k], x2[k], x3[k]
        for j in range(n_columns):
            w0 = weight[k, j]
            out0[j], out1[j], out2[j], out3[j] = (
                out0[j] + x00 * w0,
                out1[j] + x10 * w0,
                out2[j] + x20 * w0,
                out3[j] + x30 * w0,
            )


@compiled_in_any_order
def add_to_one(out: Array, x: Array, weight: Array) -> None:
    """Add one row of `times`, eight terms at a time."""
    n_terms, n_columns = weight.shape
    eights = n_terms - n_terms % 8
    for k in range(0, eights, 8):
        x0, x1, x2, x3, x4, x5, x6, x7 = x[k], x[k + 1], x[k + 2], x[k + 3], x[k + 4], x[k + 5], x[k + 6], x[k + 7]
        for j in range(n_columns):
            s0 = x0 * weight[k, j] + x1 * weight[k + 1, j]
            s1 = x2 * weight[k + 2, j] + x3 * weight[k + 3, j]
            s2 = x4 * weight[k + 4, j] + x5 * weight[k + 5, j]
            s3 = x6 * weight[k + 6, j] + x7 * weight[k + 7, j]
            out[j] += (s0 + s1) + (s2 + s3)
    for k in range(eights, n_terms):
        x0 = x[k]
        for j in range(n_columns):
            out[j] += x0 * weight[k, j]


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
