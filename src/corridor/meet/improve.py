"""Better schedules by Kempe chains: room for requests left out, then fewer breaks.

Both are anytime and draw from one seeded generator; the number of tries, not the clock, ends them unless
the clock runs out first, so that the same seed gives the same schedule.
"""

from collections.abc import Callable, Iterable
from math import exp
from random import Random
from time import perf_counter
from typing import Final

from corridor.meet.board import Board, count_runs

#: Temperatures between which breaks are annealed; one break more is accepted with exp(−1 / temperature).
HOT: Final = 0.5
COLD: Final = 0.1
#: The clock is read every so many tries, progress told every so many seconds.
BEAT: Final = 512
TELL_S: Final = 0.1

Beat = Callable[[float], None]


def insert_requests(board: Board, requests: Iterable[int], *, ends: float) -> int:
    """Place requests in the order given, moving others by chains where need be; return how many were.

    ends: of ``time.perf_counter()``; what has not been tried by then stays left out.
    """
    placed = 0
    for request in requests:
        if perf_counter() > ends:
            break
        placed += insert_request(board, request)
    return placed


def insert_request(board: Board, request: int) -> bool:
    """Place one request if a chain of at most one swap, and one more for a table, makes room for it."""
    one, two = board.first[request], board.second[request]
    idle_one, idle_two = board.idle(one), board.idle(two)
    common = sorted(set(idle_one) & set(idle_two), key=lambda slot: board.used[slot])
    for slot in common:
        if board.used[slot] < board.tables or _free_table(board, slot):
            board.place(request, slot)
            return True
    return any(
        _swap_together(board, request, person, a, b)
        for person, mine, others in ((one, idle_one, idle_two), (two, idle_two, idle_one))
        for a in sorted(others, key=lambda slot: board.used[slot])
        for b in mine
    )


def _swap_together(board: Board, request: int, person: int, a: int, b: int) -> bool:
    """Move the person's meeting from a to b by a chain, so that both are idle in a; then place there."""
    other = board.second[request] if board.first[request] == person else board.first[request]
    if board.at[person][a] < 0 or board.at[person][b] >= 0:
        return False
    found = board.follow_chain(person, a, b)
    if found is None or found[1] == other:
        return False
    if board.used[a] - len(found[0]) % 2 >= board.tables:
        return False
    board.swap_chain(found[0], a, b)
    board.place(request, a)
    return True


def _free_table(board: Board, full: int) -> bool:
    """Move one meeting more out of a full slot than into it, by a chain."""
    for slot in sorted(range(board.slots), key=lambda slot: board.used[slot]):
        if board.used[slot] >= board.tables:
            return False
        for person in range(len(board.at)):
            if board.at[person][full] < 0 or board.at[person][slot] >= 0 or not board.free[person][slot]:
                continue
            found = board.follow_chain(person, full, slot)
            # a chain of even length frees no table; whoever is idle in the full slot stays idle in it
            if found and len(found[0]) % 2:
                board.swap_chain(found[0], full, slot)
                return True
    return False


def reduce_breaks(
    board: Board, *, seed: int, tries: int, ends: float, least: int = 0, beat: Beat | None = None
) -> list[int]:
    """Anneal the sum of breaks by chains; return the slots by request of the best schedule met.

    tries: how many chains are tried at most. least: no schedule has fewer breaks; reaching it ends the
    search. ends: of ``time.perf_counter()``. beat: told the share of the tries that is done.
    """
    random, held = Random(seed), [number for number, slot in enumerate(board.placed) if slot >= 0]  # noqa: S311
    now = sum(map(count_runs, board.mask))
    best, kept, told = now, list(board.placed), 0.0
    for number in range(tries if held else 0):
        if number % BEAT == 0:
            clock = perf_counter()
            if clock > ends:
                break
            if beat and clock - told >= TELL_S:
                beat(number / tries)
                told = clock
        if best <= least:
            break
        now += _try_chain(board, random, held, HOT * (COLD / HOT) ** (number / tries))
        if now < best:
            best, kept = now, list(board.placed)
    return kept


def _try_chain(board: Board, random: Random, held: list[int], temperature: float) -> int:
    """Try one random chain and return by how much the sum of breaks changed."""
    request = held[int(random.random() * len(held))]
    person = board.first[request] if random.random() < 0.5 else board.second[request]
    a, b = board.placed[request], int(random.random() * board.slots)
    if board.at[person][b] >= 0 or not board.free[person][b]:
        return 0
    found = board.follow_chain(person, a, b)
    if found is None:
        return 0
    chain, end = found
    left, came = (a, b) if len(chain) % 2 else (b, a)
    change = _count_change(board, person, a, b) + _count_change(board, end, left, came)
    if change > 0 and random.random() >= exp(-change / temperature):
        return 0
    board.swap_chain(chain, a, b)
    return change


def _count_change(board: Board, person: int, left: int, came: int) -> int:
    """Return the change in a participant's breaks when a meeting moves between two of their slots."""
    mask, bits = board.mask[person], board.bit[person]
    return count_runs((mask & ~(1 << bits[left])) | (1 << bits[came])) - count_runs(mask)
