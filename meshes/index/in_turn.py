"""Work shared out to threads, the caller's own among them: for answers due in a millisecond.

The caller works too and waits for nothing but what another thread has begun: on a busy machine a
thread that is called upon may come late, and a picture should not wait for it.
"""

from __future__ import annotations

from _thread import start_new_thread
from collections import deque
from collections.abc import Callable, Iterable
from threading import Condition


def in_turn(
    work: Callable[[int], None],
    items: Iterable[int],
    threads: int,
    progress: Callable[[float], None] | None = None,
) -> None:
    """Do ``work`` on every item, on up to ``threads`` threads.

    ``progress`` hears of the share done, from the caller's thread. Once an item fails, no more are
    begun; its exception is raised when those begun have ended.
    """
    left = deque(items)
    total, busy, failed = len(left), [0], list[BaseException]()
    changed = Condition()

    def run(tell: Callable[[float], None] | None) -> None:
        while True:
            with changed:
                if failed or not left:
                    return
                item = left.popleft()
                busy[0] += 1
            try:
                work(item)
                if tell:
                    tell((total - len(left)) / total)
            except BaseException as error:
                failed.append(error)
            finally:
                with changed:
                    busy[0] -= 1
                    changed.notify_all()

    for _ in range(min(threads, total) - 1):
        start_new_thread(run, (None,))  # `threading.Thread.start` waits for it to begin
    run(progress)
    with changed:
        changed.wait_for(lambda: busy[0] == 0)
    if failed:
        raise failed[0]
    if progress and total:
        progress(1.0)
