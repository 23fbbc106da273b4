"""A schedule that can be changed: who sits where when, and chains of meetings that change places.

A Kempe chain of slots a and b starts at a participant with a meeting in a and none in b and follows
meetings in a and b alternately; when all of them change slots, everyone keeps their meetings, and only
the two participants at its ends change the slots in which they are busy.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from corridor.meet.problem import Event

NOBODY = -1


class Board:
    """Meetings on slots. Plain lists: single cells are read and written millions of times.

    placed: slot by request, −1 where left out. at: request by participant and slot, −1 where none.
    used: meetings by slot. mask: by participant, a bit for each slot in which they are there (counted
    over those slots only) that is 1 where they have a meeting.
    """

    def __init__(self, event: Event, placed: NDArray[np.int64]) -> None:
        self.tables, self.slots = event.tables, event.slots
        self.first: list[int] = event.first.tolist()
        self.second: list[int] = event.second.tolist()
        self.fixed = frozenset(event.fixed)
        self.free: list[list[bool]] = event.free.tolist()
        bits = np.cumsum(event.free, axis=1) - 1
        self.bit: list[list[int]] = bits.tolist()
        self.at = [[NOBODY] * event.slots for _ in event.names]
        self.used = [0] * event.slots
        self.mask = [0] * len(event.names)
        self.placed = [NOBODY] * len(event.keys)
        for request in np.flatnonzero(placed >= 0).tolist():
            self.place(request, int(placed[request]))

    def place(self, request: int, slot: int) -> None:
        """Put a request that is left out into a slot in which there is room."""
        self.placed[request] = slot
        self.used[slot] += 1
        for person in (self.first[request], self.second[request]):
            self.at[person][slot] = request
            self.mask[person] |= 1 << self.bit[person][slot]

    def idle(self, person: int) -> list[int]:
        """Return the slots in which a participant is there without a meeting."""
        at, free = self.at[person], self.free[person]
        return [slot for slot in range(self.slots) if free[slot] and at[slot] < 0]

    def follow_chain(self, person: int, a: int, b: int) -> tuple[list[int], int] | None:
        """Return the chain of slots a and b from ``person`` and the participant at its other end.

        The person has a meeting in a and is there without one in b. None where the chain cannot change
        places: a meeting in it is fixed, its other end is absent, or tables are lacking.
        """
        chain: list[int] = []
        here, slot, other = person, a, b
        while (request := self.at[here][slot]) >= 0:
            if request in self.fixed:
                return None
            chain.append(request)
            here = self.second[request] if self.first[request] == here else self.first[request]
            slot, other = other, slot
        # the last meeting moves into ``slot``, in which the participant at the end has none
        if not self.free[here][slot]:
            return None
        if len(chain) % 2 and self.used[b] >= self.tables:
            return None
        return chain, here

    def swap_chain(self, chain: Sequence[int], a: int, b: int) -> None:
        """Let every meeting of a chain of slots a and b change places."""
        for request in chain:
            slot = self.placed[request]
            self.used[slot] -= 1
            for person in (self.first[request], self.second[request]):
                if self.at[person][slot] == request:
                    self.at[person][slot] = NOBODY
                    self.mask[person] &= ~(1 << self.bit[person][slot])
        # only now is every old place empty
        for request in chain:
            self.place(request, b if self.placed[request] == a else a)

    def breaks_of(self, person: int) -> int:
        """Return the breaks of a participant."""
        return count_runs(self.mask[person])

    def as_array(self) -> NDArray[np.int64]:
        """Return the slot of each request; shape (R,)."""
        return np.array(self.placed, dtype=np.int64)


def count_runs(mask: int) -> int:
    """Return the number of groups of neighbouring ones, less one; 0 for none."""
    return max(0, (mask & ~(mask << 1)).bit_count() - 1)
