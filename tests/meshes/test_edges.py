"""Edges sorted and triangles joined by compiled loops, against numpy's sort and scipy's graphs."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from shapes import ball_arrays

from meshes.edges import joined, sorted_edges

pairs = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=80)


def in_order(start, end, n):
    low, high, back = np.minimum(start, end), np.maximum(start, end), start > end
    return sorted_edges(low, high, back, n), np.lexsort((back, high, low))


@given(pairs)
def test_edges_are_sorted_as_numpy_sorts_them(edges):
    start, end = np.array(edges, np.int64).reshape(-1, 2).T.copy()
    order, right = in_order(start, end, 31)
    assert order.tolist() == right.tolist()


def test_a_point_of_very_many_edges_is_sorted_too():
    rng = np.random.default_rng(1)
    end = rng.integers(1, 200, 5000)
    start = np.where(rng.random(5000) < 0.9, 0, rng.integers(0, 200, 5000))
    order, right = in_order(start, end, 200)
    assert order.tolist() == right.tolist()


@given(pairs)
def test_what_hangs_together_has_one_label_in_order_of_first_member(links):
    one, two = np.array(links, np.int64).reshape(-1, 2).T.copy()
    labels, count = joined(one, two, 31)
    graph = coo_matrix((np.ones(len(one)), (one, two)), shape=(31, 31))
    n, right = connected_components(graph, directed=False)
    assert count == n
    first = [int(np.flatnonzero(labels == k)[0]) for k in range(count)]
    assert first == sorted(first)
    assert len(set(zip(labels.tolist(), right.tolist(), strict=True))) == n


def test_a_ball_is_one_part():
    _, faces = ball_arrays(10.0, (0, 0, 0), rings=20)
    n = len(faces)
    rows = np.repeat(np.arange(n), 3)
    start, end = faces.ravel().astype(np.int64), faces[:, (1, 2, 0)].ravel().astype(np.int64)
    order, _ = in_order(start, end, int(faces.max()) + 1)
    owner = rows[order].reshape(-1, 2)
    assert joined(owner[:, 0].copy(), owner[:, 1].copy(), n)[1] == 1
