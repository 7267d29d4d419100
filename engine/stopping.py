"""Training on until a breakpoint is hit: the Trainer walks, the Stops say where it is to stand."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.breakpoints import (
    Breakpoint,
    Crosses,
    Stops,
    at_halt,
    at_step,
    first_hit,
    next_batch,
    next_step,
    with_hit,
)
from engine.program import END
from engine.trainer import Trainer


@dataclass(frozen=True)
class Progress:
    """How far training went.

    Attributes
    ----------
    done : batches finished.
    stops : with what was so after the last batch, and the hit counted.
    hit : the breakpoint that stopped it, or None.
    """

    done: int
    stops: Stops
    hit: Breakpoint | None = None


def set_out(trainer: Trainer, stops: Stops) -> Stops:
    """Take note of how things are where Run begins: what holds there already does not stop it."""
    stops = stops.forget()
    if not stops.looking:
        return stops
    if not trainer.batch_done:
        return stops.look_at_start(trainer.start, trainer.lesson)
    return stops.look(trainer.tensors, trainer.lesson, trainer.position.batch, trainer.position.epoch)


def burst(trainer: Trainer, stops: Stops, limit: int) -> Progress:
    """Train up to ``limit`` batches, or to the first breakpoint."""
    points = stops.breakpoints
    if not any(point.enabled for point in points):
        return Progress(trainer.burst(limit), stops)
    under_way = 0 < trainer.position.step < len(trainer.program)
    first = trainer.position.batch + int(trainer.batch_done)
    stop_before = next_batch(points, first - 1)
    if stop_before == first and not under_way and trainer.batch_done:
        return _begin(trainer, stops, first)
    done_steps = trainer.position.step if under_way else 0
    step = next_step(points, done_steps)
    if step is not None and step <= len(trainer.program):
        return _to_step(trainer, stops, step)
    if next_step(points, 0) is not None or stops.looking:
        limit = 1
    if stop_before is not None and stop_before > first:
        limit = min(limit, stop_before - first)
    done = trainer.burst(limit)
    return _after_batches(trainer, stops, first, done)


def step(trainer: Trainer, stops: Stops) -> Progress:
    """Do one step, and see whether a breakpoint stands there."""
    points = stops.breakpoints
    if trainer.batch_done and next_batch(points, trainer.position.batch) == trainer.position.batch + 1:
        return _begin(trainer, stops, trainer.position.batch + 1)
    trainer.step()
    if trainer.halt is None and (point := at_step(points, trainer.position.step)) is not None:
        done = int(trainer.batch_done)
        return _hit(Progress(done, _looked(trainer, stops)[0] if done else stops), point)
    if trainer.batch_done or trainer.halt is not None:
        return _after_batches(trainer, stops, trainer.position.batch, int(trainer.batch_done))
    return Progress(0, stops)


def _begin(trainer: Trainer, stops: Stops, batch: int) -> Progress:
    """Stand at the start of a batch that a breakpoint names."""
    trainer.seek(batch)
    point = next(p for p in stops.breakpoints if p.enabled and getattr(p.condition, "batch", None) == batch)
    return _hit(Progress(0, stops), point)


def _to_step(trainer: Trainer, stops: Stops, step: int) -> Progress:
    """Go on to a Step of this batch, or of the next if this is done."""
    trainer.step()
    trainer.run_to(step)
    if trainer.halt is not None:
        return _after_batches(trainer, stops, trainer.position.batch, 0)
    point = at_step(stops.breakpoints, step)
    assert point is not None
    done = int(trainer.batch_done)
    return _hit(Progress(done, _looked(trainer, stops)[0] if done else stops), point)


def _after_batches(trainer: Trainer, stops: Stops, first: int, done: int) -> Progress:
    """See what the batches since ``first`` have brought about; stand where the first breakpoint was hit."""
    series = tuple(point for point in stops.breakpoints if isinstance(point.condition, Crosses))
    found = first_hit(series, trainer.metrics, first, first + done - 1) if done else None
    if found is not None:
        batch, crossed = found
        trainer.seek(batch, END)
        return _hit(Progress(batch - first + 1, _looked(trainer, stops)[0]), crossed)
    point = None
    if done:
        stops, point = _looked(trainer, stops)
    if point is None and trainer.halt is not None:
        point = at_halt(stops.breakpoints)
    return Progress(done, stops) if point is None else _hit(Progress(done, stops), point)


def _looked(trainer: Trainer, stops: Stops) -> tuple[Stops, Breakpoint | None]:
    if not stops.looking:
        return stops, None
    return stops.after_batch(trainer.tensors, trainer.lesson, trainer.position.batch, trainer.position.epoch)


def _hit(progress: Progress, point: Breakpoint) -> Progress:
    counted = with_hit(progress.stops.breakpoints, point.id)
    hit = next(p for p in counted if p.id == point.id)
    return replace(progress, stops=replace(progress.stops, breakpoints=counted), hit=hit)
