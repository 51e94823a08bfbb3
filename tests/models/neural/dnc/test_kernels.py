"""The small kernels under the fused DNC: products and the exponential, beside NumPy's."""

import numpy as np
import pytest

from memlab.core.compiled import compiled
from memlab.models.neural.dnc.kernels_exponential import exponential, sigmoid
from memlab.models.neural.dnc.kernels_forward import sort
from memlab.models.neural.dnc.kernels_products import (
    add_outer,
    each_times,
    each_times_transposed,
    times,
    times_transposed,
)

PRECISIONS = [np.float32, np.float64]


@compiled
def exponentials(x, out):
    for i in range(len(x)):
        out[i] = exponential(x[i])


@pytest.mark.parametrize("dtype", PRECISIONS)
def test_the_exponential_is_right_to_three_units_in_the_last_place(dtype):
    x = np.linspace(-80, 80, 20001).astype(dtype)
    out = np.empty_like(x)
    exponentials(x, out)
    exact = np.exp(x.astype(np.longdouble))
    assert np.abs(out / exact - 1).max() < 3 * np.finfo(dtype).eps


@pytest.mark.parametrize("dtype", PRECISIONS)
def test_the_exponential_stays_finite_and_keeps_nan(dtype):
    x = np.array([0, -np.inf, np.inf, -1e5, 1e5, np.nan], dtype)
    out = np.empty_like(x)
    exponentials(x, out)
    assert out[0] == 1
    assert 0 < out[1] == out[3] < 1e-37
    assert 1e38 < out[2] == out[4] < np.inf
    assert np.isnan(out[5])


@pytest.mark.parametrize("dtype", PRECISIONS)
def test_the_sigmoid_reaches_its_ends(dtype):
    one = dtype(1)
    values = [sigmoid(dtype(x), one) for x in (-200, 0, 200)]
    np.testing.assert_allclose(values, [0, 0.5, 1], atol=1e-30)


@pytest.mark.parametrize("dtype", PRECISIONS)
@pytest.mark.parametrize("shape", [(1, 1, 1), (2, 4, 4), (3, 5, 7), (32, 100, 18), (5, 6, 9)], ids=str)
def test_products_are_numpys(dtype, shape):
    rows, terms, columns = shape
    rng = np.random.default_rng(0)
    x, weight = rng.normal(size=(rows, terms)).astype(dtype), rng.normal(size=(terms, columns)).astype(dtype)
    for product, given in ((times, weight), (times_transposed, np.ascontiguousarray(weight.T))):
        out = np.full((rows, columns), np.nan, dtype)
        product(x, given, out)
        np.testing.assert_allclose(out, x @ weight, rtol=0, atol=100 * np.finfo(dtype).eps)


PER_LIST = {each_times: "brk,bkj->brj", each_times_transposed: "brk,bjk->brj", add_outer: "brj,brk->bjk"}


@pytest.mark.parametrize("product", PER_LIST, ids=lambda product: product.__name__)
@pytest.mark.parametrize("form", ["compiled", "readable"])
@pytest.mark.parametrize("size", [(1, 1, 1), (4, 8, 4), (5, 11, 7)], ids=str)  # heads, terms, columns
def test_products_of_each_list_are_added(product, form, size):
    letters = dict(zip("rkj", size, strict=True)) | {"b": 2}
    rng = np.random.default_rng(2)
    x, y, out = (
        rng.normal(size=[letters[letter] for letter in part])
        for part in PER_LIST[product].replace("->", ",").split(",")
    )
    expected = out + np.einsum(PER_LIST[product], x, y)
    (product if form == "compiled" else product.py_func)(x, y, out)
    np.testing.assert_allclose(out, expected, rtol=0, atol=1e-13)


@pytest.mark.parametrize("product", [times, times_transposed])
def test_a_products_readable_form_gives_the_same(product):
    rng = np.random.default_rng(1)
    x, weight = rng.normal(size=(6, 9)), rng.normal(size=(9, 9))  # four rows and two, eight terms and one
    compiled_out, plain_out = np.empty((6, 9)), np.empty((6, 9))
    product(x, weight, compiled_out)
    product.py_func(x, weight, plain_out)
    np.testing.assert_allclose(compiled_out, plain_out, rtol=1e-13)


@pytest.mark.parametrize("dtype", PRECISIONS)
@pytest.mark.parametrize("form", ["compiled", "readable"])
def test_slots_are_sorted_by_usage_with_ties_by_index_and_nan_last(dtype, form):
    rng = np.random.default_rng(3)
    usage = rng.integers(0, 6, size=(20, 13)).astype(dtype) / 5
    usage[3, 2:5] = np.nan
    usage[4] = np.nan
    order = np.full(usage.shape, -1)
    (sort if form == "compiled" else sort.py_func)(usage, order, np.empty((2, 13), dtype))
    np.testing.assert_array_equal(order, np.argsort(usage, axis=1, kind="stable"))
