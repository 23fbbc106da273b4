"""Picking the largest cells equals sorting all of them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from corridor.find.spark import take_largest

# few different values, so that many are equal
VALUES = st.lists(st.sampled_from([0.0, 1.0, 2.0, 3.5, 1e12]), max_size=40)


@given(VALUES, st.integers(min_value=1, max_value=45))
def test_largest_are_the_head_of_the_sorted_list(values: list[float], count: int) -> None:
    ordered = sorted(range(len(values)), key=lambda place: (-values[place], place))
    expected = [place for place in ordered if values[place] > 0][:count]
    assert take_largest(np.array(values), count).tolist() == expected
