"""Work that several processes do at the same time, none of which may hang."""

import concurrent.futures
import multiprocessing
import signal
import traceback


class Late(Exception):
    """A share was not done in time; where it was."""


def shares(play, jobs, limit):
    """What play(job) gives for each job, in a process of its own, in order.

    After `limit` seconds Late is raised in a share, and tells where it was.
    RuntimeError: a process died, or stands still; the others are ended.
    """
    with concurrent.futures.ProcessPoolExecutor(
            len(jobs), multiprocessing.get_context("fork"),
            signal.signal, (signal.SIGALRM, _late)) as pool:
        results = pool.map(_share, [(play, job, limit) for job in jobs],
                           timeout=limit + 30)
        children = multiprocessing.active_children()
        try:
            return list(results)
        except (concurrent.futures.BrokenExecutor,
                concurrent.futures.TimeoutError) as error:
            why = ", ".join(map(_state, children))
            for child in children:
                child.kill()
            raise RuntimeError(f"{type(error).__name__}: {why}") from error


def _share(work):
    play, job, limit = work
    signal.alarm(limit)
    try:
        return play(job)
    finally:
        signal.alarm(0)


def _late(_number, frame):
    where = (f"{each.name} {each.lineno}"
             for each in traceback.extract_stack(frame)[-6:])
    raise Late("not done in time: " + " > ".join(where))


def _state(child):
    """How a process ended; of one that has not, its state in /proc."""
    try:
        with open(f"/proc/{child.pid}/stat", encoding="ascii") as file:
            return f"{child.pid} {file.read().rsplit(') ', 1)[1][0]}"
    except OSError:
        child.join(1)
        return f"{child.pid} ended: {child.exitcode}"
