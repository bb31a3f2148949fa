"""The bar that a terminal shows while an atlas is made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from univocal.atlas.run import Progress as Tell
from univocal.atlas.run import Step


@contextmanager
def bar() -> Iterator[Tell]:
    """A function that takes each step of a run and moves the bar."""
    columns = (
        TextColumn("{task.description:<8}"),
        BarColumn(bar_width=30),
        TextColumn("{task.percentage:>3.0f}%"),
        TextColumn("{task.fields[counts]}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as shown:
        tasks: dict[str, int] = {}

        def tell(step: Step) -> None:
            if step.name not in tasks:
                tasks[step.name] = shown.add_task(step.name, total=None, counts="")
            counts = f"{step.n_papers:,} papers · {step.n_mentions:,} mentions"
            shown.update(
                tasks[step.name],  # type: ignore[arg-type] # rich's TaskID is an int by another name
                total=step.total,
                completed=step.done,
                counts=counts,
            )

        yield tell
