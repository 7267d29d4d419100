"""One batch worked out on paper: every Step with its formula and its numbers, as data and as Markdown.

As a worksheet, everything that the batch computes is left for the reader to fill in; the answers follow, or stand in a
document of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from itertools import pairwise
from typing import Protocol

import numpy as np

from engine.executors import Rates, steering_numbers
from engine.export import ExportError
from engine.export.arrays import Place
from engine.formula import Look, Part, numbers, parts, symbol
from engine.lesson import Lesson
from engine.program import Phase, Step
from engine.tensors import Array, oriented

MOST = 6  # rows and columns of a matrix that is written whole
ENDS = 3  # of a larger one, so many first and last
DIGITS = 6
ROUNDINGS = (3, 4, 6)
"""Significant digits that a teacher may choose among."""
UNNAMED = (Look.SLOPE, Look.SOFTPLUS, Look.JACOBIAN)  # what stands in a formula and is no array of the batch


class Contents(Enum):
    """What is written: everything; a worksheet with the answers at its end, or without; the answers alone."""

    WORKED = "worked"
    WITH_ANSWERS = "with answers"
    WORKSHEET = "worksheet"
    ANSWERS = "answers"

    @property
    def blank(self) -> bool:
        """Whether what the batch computes is left out."""
        return self in (Contents.WITH_ANSWERS, Contents.WORKSHEET)

    @property
    def answered(self) -> bool:
        """Whether the answers are listed."""
        return self in (Contents.WITH_ANSWERS, Contents.ANSWERS)


class BatchPlace(Place, Protocol):
    """A Position that knows what its batch began with: a ``Trainer``, or a ``Snapshot`` of a run that stands still."""

    @property
    def start(self) -> Mapping[str, Array]: ...


@dataclass(frozen=True)
class Texts:
    """The words of a worked example. These are English; the interface passes those of its language.

    Attributes
    ----------
    steps : (title, sentence) by the index of the Step; one that is missing gets its plain title alone.
    """

    title: str = "{lesson}: batch {batch} worked out"
    place: str = "Epoch {epoch}, batch {batch}. Examples in the batch: {examples}."
    rate: str = "Learning rate η = {rate}."
    momentum: str = "Momentum γ = {momentum}."
    rounded: str = "Numbers are rounded to {digits} significant digits."
    elided: str = "Of larger matrices the first and last {ends} rows and columns are written."
    fill_in: str = "Fill in what is left blank. Each result is needed again further down."
    given: str = "Given"
    step: str = "Step {index}: {title}"
    example: str = "Written for the first example of the batch, s = 1."
    cancel: str = (
        "Calculate with the numbers as printed; where they nearly cancel, the last digits of an answer may differ."
    )
    blank: str = "Blank {n}:"
    answers: str = "Answers"
    phases: Mapping[Phase, str] = field(
        default_factory=lambda: {
            Phase.FORWARD: "Forward",
            Phase.LOSS: "Loss",
            Phase.BACKWARD: "Backward",
            Phase.UPDATE: "Update",
        }
    )
    steps: Mapping[int, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Term:
    """A symbol with its matrix, or a sign, on the right side of a formula.

    Attributes
    ----------
    latex : as it stands in the symbolic formula; numeric : a sign as it stands among numbers.
    values : the matrix in the lesson's orientation; None for a sign.
    given : known before the batch begins, and therefore no blank.
    named : whether the matrix is an array of the batch, which has been or will be computed by a Step.
    """

    latex: str
    numeric: str = ""
    values: Array | None = None
    given: bool = True
    named: bool = True


@dataclass(frozen=True, eq=False)
class WorkedStep:
    """A Step with the numbers that it read and wrote.

    Attributes
    ----------
    formula : symbolic, as LaTeX; symbol : of what is written.
    terms : the right side, from left to right.
    result : what was written, in the lesson's orientation; of one example where ``by_example``.
    """

    step: Step
    title: str
    sentence: str
    formula: str
    symbol: str
    terms: tuple[Term, ...]
    result: Array
    by_example: bool

    def hints(self) -> Iterator[tuple[int, str]]:
        """(number of the blank on the right side, from 1, formula of what goes there) where no Step computes it."""
        blanks = [term for term in self.terms if term.values is not None and not term.given]
        return ((n, term.latex) for n, term in enumerate(blanks, 1) if not term.named)


@dataclass(frozen=True, eq=False)
class Worked:
    """A batch from its first Step to its last. ``given`` are symbols and matrices that it begins with; ``digits``
    significant digits of every number are written.
    """

    lesson: Lesson
    epoch: int
    batch: int
    examples: int
    given: tuple[tuple[str, Array], ...]
    steps: tuple[WorkedStep, ...]
    texts: Texts
    digits: int = DIGITS

    def remarks(self, contents: Contents) -> tuple[str, ...]:
        """Sentences below the title."""
        texts, optimizer = self.texts, self.lesson.optimizer
        lines = [
            texts.place.format(epoch=self.epoch, batch=f"{self.batch:,}", examples=self.examples),
            texts.rate.format(rate=f"{optimizer.learning_rate:g}"),
        ]
        if optimizer.momentum:
            lines.append(texts.momentum.format(momentum=f"{optimizer.momentum:g}"))
        lines.append(texts.rounded.format(digits=self.digits))
        if any(max(array.shape) > MOST for _, array in self.matrices()):
            lines.append(texts.elided.format(ends=ENDS))
        if contents.blank:
            lines += [texts.fill_in, texts.cancel]
        return tuple(lines)

    def matrices(self) -> Iterator[tuple[str, Array]]:
        """Every matrix with its symbol."""
        yield from self.given
        for step in self.steps:
            yield from ((term.latex, term.values) for term in step.terms if term.values is not None)
            yield step.symbol, step.result

    @property
    def heading(self) -> str:
        """The title, on one line."""
        name = "".join(c if c.isprintable() else " " for c in self.lesson.title)
        return self.texts.title.format(lesson=name, batch=f"{self.batch:,}")


def work_out(place: BatchPlace, texts: Texts | None = None, digits: int = DIGITS) -> Worked:
    """Work out the batch that a run stands in, from its beginning to its end.

    Parameters
    ----------
    place : a ``Trainer``, or a ``Snapshot`` of a run that is paused. The batch is the one of its Position, whether its
        Steps are done or not.
    texts : words of another language.
    digits : significant digits of every number.

    Raises
    ------
    ExportError : the Snapshot is of a running run, which does not keep what its batch began with.
    """
    if not place.start:
        raise ExportError("A batch can be worked out while training is paused; pause it first.")
    texts = texts or Texts()
    lesson, orientation = place.lesson, place.lesson.run.orientation
    arrays: dict[str, Array] = {**place.tensors, **place.start}
    momentum = lesson.optimizer.momentum > 0
    given = [name for name in arrays if name in place.start and (momentum or name[0] != "v")]
    given = ["x", "y", *given]
    known = set(given)
    first = tuple((symbol(name), oriented(arrays[name].copy(), orientation)) for name in given)
    examples = len(arrays["x"])
    rates = Rates.of(lesson, examples)
    steps = []
    for step in place.program.steps:
        read = dict(arrays)
        with np.errstate(all="ignore"):  # a batch that diverges is worked out too
            for call in step.calls:
                value = call.op(*(arrays[name] for name in call.reads), **steering_numbers(call.op, rates))
                arrays[call.write] = np.asarray(value, lesson.run.dtype)
        steps.append(_worked(step, lesson, examples, read, arrays[step.write], known, texts))
        known.discard(step.write)
    at = place.position
    return Worked(lesson, at.epoch, at.batch, examples, first, tuple(steps), texts, digits)


def _worked(
    step: Step, lesson: Lesson, examples: int, read: Mapping[str, Array], result: Array, known: set[str], texts: Texts
) -> WorkedStep:
    written, _, *right = parts(step, lesson, examples)
    by_example = any(part.look in (Look.EXAMPLE, Look.JACOBIAN) for part in right)
    terms = _multiplied([_term(part, lesson, step.layer, read, known) for part in right])
    title, sentence = texts.steps.get(step.index, (step.title, ""))
    whole = "".join(part.latex for part in (written, Part(" = "), *right))
    shown = result[:1] if by_example else result
    return WorkedStep(
        step, title, sentence, _plain(whole), _plain(written.latex), terms,
        oriented(shown, lesson.run.orientation), by_example,
    )  # fmt: skip


def _term(part: Part, lesson: Lesson, layer: int, read: Mapping[str, Array], known: set[str]) -> Term:
    if not part.array:
        return Term(_plain(part.latex), part.numeric or part.latex)
    values = numbers(part, lesson, layer, read, 0)
    return Term(_plain(part.latex), "", values, part.array in known, part.look not in UNNAMED)


def _multiplied(terms: list[Term]) -> tuple[Term, ...]:
    """With a dot where a number stands before a matrix: 0.1 before 2.25 would be another number."""
    for i, (term, after) in enumerate(pairwise(terms)):
        ends = term.numeric.rstrip()
        factor = ends[-1:].isdigit() or (ends.endswith("}") and r"\sum" not in ends)
        if term.values is None and factor and after.values is not None:
            terms[i] = replace(term, numeric=rf"{ends} \cdot ")
    return tuple(terms)


def _plain(latex: str) -> str:
    """LaTeX without the interface's two commands for colours."""
    return latex.replace(r"\written", "").replace(r"\read", "")


# ---- Markdown -----------------------------------------------------------------------------------------------------


def markdown(worked: Worked, contents: Contents = Contents.WORKED) -> str:
    """A worked batch as Markdown with LaTeX between dollar signs, as GitHub, Jupyter and pandoc read it.

    In a worksheet, results and what is read of them are left blank.
    """
    texts = worked.texts
    lines = [f"# {_escaped(worked.heading)}", "", joined(worked.remarks(contents)), ""]
    if contents is not Contents.ANSWERS:
        lines += [f"## {texts.given}", ""]
        for name, values in worked.given:
            lines += [f"$${name} = {matrix(values, digits=worked.digits)}$$", ""]
        lines += _steps(worked, contents.blank)
    if contents.answered:
        lines += [f"## {texts.answers}", ""]
        for step in worked.steps:
            lines += [f"{step.step.index}. ${step.symbol} = {matrix(step.result, digits=worked.digits)}$", ""]
    return "\n".join(lines[:-1]) + "\n"


def _steps(worked: Worked, blanks: bool) -> Iterator[str]:
    texts, digits, phase = worked.texts, worked.digits, None
    for step in worked.steps:
        if step.step.phase is not phase:
            phase = step.step.phase
            yield from (f"## {texts.phases[phase]}", "")
        heading = texts.step.format(index=step.step.index, title=_escaped(step.title))
        yield from (f"### {heading}", "")
        said = joined((step.sentence, texts.example if step.by_example else ""))
        if said:
            yield from (_escaped(said), "")
        yield from (f"$${step.formula}$$", "")
        right = "".join(_numeric(term, blanks, digits) for term in step.terms)
        yield from (f"$${step.symbol} = {right} = {matrix(step.result, blanks, digits=digits)}$$", "")
        for n, latex in step.hints() if blanks else ():
            yield from (f"{_escaped(texts.blank.format(n=n))} ${latex}$", "")


def _numeric(term: Term, blanks: bool, digits: int) -> str:
    if term.values is None:
        return term.numeric
    return f"{{{matrix(term.values, blanks and not term.given, bracketed=True, digits=digits)}}}"


def blank(digits: int) -> str:
    """A line as LaTeX, as long as a number of so many digits is when written by hand, with its sign and point."""
    return rf"\underline{{\hspace{{{0.6 * (digits + 3):g}em}}}}"


def _escaped(text: str) -> str:
    """Text in which Markdown finds no markup."""
    return "".join(f"\\{c}" if c in r"\`*_{}[]<>#$|" else c for c in text)


def matrix(values: Array, blanks: bool = False, bracketed: bool = False, digits: int = DIGITS) -> str:
    """A matrix as LaTeX, a single number without brackets (round ones if it is negative and ``bracketed``)."""
    rows, columns = (shown(count) for count in values.shape)
    if values.shape == (1, 1):
        text = blank(digits) if blanks else number(float(values[0, 0]), digits)
        return f"({text})" if bracketed and text.startswith("-") else text
    lines = []
    for i in rows:
        if i is None:
            lines.append(" & ".join(r"\ddots" if j is None else r"\vdots" for j in columns))
        else:
            row = (values[i, j] for j in columns if j is not None)
            cells = (blank(digits) if blanks else number(float(value), digits) for value in row)
            lines.append(" & ".join(r"\cdots" if j is None else next(cells) for j in columns))
    body = r" \\ ".join(lines)
    return rf"\begin{{bmatrix}}{body}\end{{bmatrix}}"


def joined(sentences: Iterable[str]) -> str:
    """Sentences one after the other, without those that are empty; a Chinese full stop brings its own room."""
    text = ""
    for sentence in filter(None, sentences):
        text += sentence if not text or text.endswith("。") else f" {sentence}"
    return text


def shown(count: int) -> tuple[int | None, ...]:
    """Which of ``count`` rows or columns are written: all, or the first and the last; None stands for the others."""
    if count <= MOST:
        return tuple(range(count))
    return (*range(ENDS), None, *range(count - ENDS, count))


def number(value: float, digits: int = DIGITS) -> str:
    r"""A number to so many significant digits, as LaTeX: ``0.46395``, ``1.5 \cdot 10^{-7}``."""
    if not np.isfinite(value):
        return r"\mathrm{nan}" if np.isnan(value) else r"\infty" if value > 0 else r"-\infty"
    mantissa, _, exponent = f"{value:.{digits}g}".partition("e")
    if value == 0:
        return "0"
    return mantissa if not exponent else rf"{mantissa} \cdot 10^{{{int(exponent)}}}"
