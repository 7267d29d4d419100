"""Lesson pages: what to look at, what to try, and the document's formulas, read from ``resources/pages`` and checked.

A page is data in both languages; ``docs/lesson-pages.md`` says how to write one. Nothing in it can execute: its buttons
name commands of a small closed vocabulary.
"""

from __future__ import annotations

import logging
import math
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import QCoreApplication

from engine.lesson import Lesson, LessonError, parse_override
from engine.program import Program, Step
from engine.tensors import Layout
from engine.trainer import LIVE_KEYS

PAGES = Path(__file__).resolve().parent.parent / "resources" / "pages"
LANGUAGES = ("en", "zh")
NAMES = ("title", "source")  # what a page may say in Chinese that its lesson has in English

_log = logging.getLogger(__name__)


class PageError(ValueError):
    """A page that cannot be used. The message is one sentence: where, what was found, what is allowed."""


# ---- what a page consists of -------------------------------------------------------------------------------------


class Text(NamedTuple):
    """The same text in both languages."""

    en: str
    zh: str

    def in_(self, language: str) -> str:
        """The text in a language; English where there is no other."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True)
class ResetRun: ...


class SetKey(NamedTuple):
    """A live key of the lesson gets a value: at once if no batch has begun, else from the next batch on."""

    key: str
    value: Any


@dataclass(frozen=True)
class RunBatches:
    """So many batches more, the one under way counted as the first."""

    count: int


@dataclass(frozen=True)
class GoTo:
    """A Step of a batch, by its number or by the name of the array that it writes."""

    batch: int
    step: int | str

    def index(self, program: Program) -> int | None:
        """The Step's number in a Program, or None: it has no such Step."""
        if isinstance(self.step, int):
            return self.step if self.step <= len(program) else None
        return next((step.index for step in program.steps if step.write == self.step), None)


class AskNet(NamedTuple):
    x: tuple[float, ...]


class TypeCell(NamedTuple):
    """A weight or a bias gets a number, as if typed into its cell: W is n_in x n_out, b has the one row 0."""

    array: str
    row: int
    column: int
    value: float


class OpenLesson(NamedTuple):
    lesson: str


@dataclass(frozen=True)
class CheckGradients: ...


Do = ResetRun | SetKey | RunBatches | GoTo | TypeCell | AskNet | OpenLesson | CheckGradients


class Button(NamedTuple):
    label: Text
    do: tuple[Do, ...]


class Try(NamedTuple):
    """An experiment: what one can find out, and the buttons that do it."""

    title: Text
    text: Text
    buttons: tuple[Button, ...]


@dataclass(frozen=True)
class Formula:
    """A formula of the document and the Step that computes it.

    Attributes
    ----------
    section : heading under which it stands (None only while a page is being read).
    latex : the formula in the document's notation; a long one in parts, which stand side by side where there is room.
    write, op, phase : what the Step writes, does and belongs to; those left empty do not matter. All empty: the
        formula belongs to no Step, and ``note`` says what it is.
    when : settings of live keys under which the Program has the Step; none when it always has.
    note : a sentence below the formula, or None.
    """

    section: Text | None
    latex: tuple[str, ...]
    write: str = ""
    op: str = ""
    phase: str = ""
    when: tuple[SetKey, ...] = ()
    note: Text | None = None

    @property
    def linked(self) -> bool:
        """Whether a Step computes it."""
        return bool(self.write or self.op or self.phase)

    def step(self, program: Program) -> Step | None:
        """The first Step of a Program that is meant, or None."""
        if not self.linked:
            return None
        wanted = {"write": self.write, "op": self.op, "phase": self.phase}
        return next(
            (s for s in program.steps if all(getattr(s, name) == value for name, value in wanted.items() if value)),
            None,
        )


class Page(NamedTuple):
    about: Text
    look: tuple[Text, ...]
    tries: tuple[Try, ...]
    formulas: tuple[Formula, ...]


# ---- reading -----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=32)
def page_of(lesson_id: str) -> Page | None:
    """The page shipped for a lesson, or None.

    Raises
    ------
    PageError : there is one, and it is not well-formed.
    """
    path = PAGES / f"{lesson_id}.toml"
    return read(path) if path.is_file() else None


def read(path: Path) -> Page:
    """Read a page.

    Raises
    ------
    PageError : unreadable, not TOML, not shaped like a page, of no shipped lesson, or asking of its lesson what that
        cannot do.
    """
    try:
        table = tomllib.loads(path.read_bytes().decode("utf-8"))
    except RecursionError as error:
        raise PageError(f"{path}: cannot be read: nested too deeply") from error
    except (OSError, ValueError) as error:
        raise PageError(f"{path}: cannot be read: {error}") from error
    try:
        lesson = _shipped(path.stem)
    except LessonError as error:
        raise PageError(f"{path}: {error}") from error
    return build(table, str(path), lesson)


def build(table: Mapping[str, Any], where: str, lesson: Lesson) -> Page:
    """A page for a lesson from nested dictionaries shaped like the file. ``where`` begins every complaint."""
    _keys(table, where, needed=("about", "look", "try", "formulas"), optional=NAMES)
    for name in NAMES:
        if name in table:
            _names_of(table, name, where)
    return Page(
        _text(table["about"], f"{where}: about"),
        _list(table["look"], f"{where}: look", _text),
        _list(table["try"], f"{where}: try", partial(_try, lesson=lesson), least=3),
        _formulas(table["formulas"], f"{where}: formulas", lesson),
    )


def follow(do: Do, lesson: Lesson) -> Lesson:
    """The lesson that is open once a command has been carried out in another.

    Raises
    ------
    LessonError : it cannot be carried out there; the message says what could.
    """
    match do:
        case SetKey(key, value):
            return lesson.with_value(key, value)
        case OpenLesson(other):
            return _shipped(other)
        case GoTo(_, step):
            program = Program.of(lesson)
            if do.index(program) is None:
                names = ", ".join(dict.fromkeys(step.write for step in program.steps))
                raise LessonError(f"{lesson.id} has no step {step}; its {len(program)} steps write {names}")
        case TypeCell(array, row, column, _):
            places = {name: place for name, place in Layout.of(lesson, 1).places.items() if name[0] in "Wb"}
            if array not in places:
                raise LessonError(f"{lesson.id} has no {array} to type into; it has {', '.join(places)}")
            place = places[array]
            if row >= place.rows or column >= place.columns:
                raise LessonError(f"{array} of {lesson.id} is {place.rows} x {place.columns}: no [{row}, {column}]")
        case AskNet(x) if len(x) != (inputs := lesson.network.sizes[0]):
            raise LessonError(f"{lesson.id} takes {inputs} numbers, not {len(x)}")
    return lesson


# ---- what a lesson is called ---------------------------------------------------------------------------------------


def language() -> str:
    """The language that the program speaks: it gives the language's own name."""
    return {"中文": "zh"}.get(QCoreApplication.translate("LessonPage", "English"), "en")


def title_of(lesson: Lesson, language: str) -> str:
    """A lesson's title in a language. What is not called as a shipped lesson is, keeps its own."""
    return _named(lesson.id, lesson.title, "title", language)


def source_of(lesson: Lesson, language: str) -> str:
    """What a lesson says of where it comes from, in a language, as far as that is known."""
    return _named(lesson.id, lesson.source, "source", language)


def _named(lesson_id: str, own: str, key: str, language: str) -> str:
    if language == "en" or lesson_id not in Lesson.shipped():
        return own
    names = _names(lesson_id)
    return names[key].in_(language) if key in names and names[key].en == own else own


@lru_cache(maxsize=32)
def _names(lesson_id: str) -> dict[str, Text]:
    """Title and source of a shipped lesson in both languages, those that its page has.

    The window names all lessons before it shows one: of a page only the lines above its first table are read.
    """
    lesson = _shipped(lesson_id)
    try:
        head, _, _ = (PAGES / f"{lesson_id}.toml").read_text("utf-8").partition("\n[")
        table = tomllib.loads(head)
        return {name: Text(getattr(lesson, name), _names_of(table, name, lesson_id)) for name in NAMES if name in table}
    except (OSError, ValueError) as error:  # whoever looks at the page is told
        _log.warning("%s: %s", lesson_id, error)
        return {}


def _names_of(table: Mapping[str, Any], name: str, where: str) -> str:
    _keys(table[name], f"{where}: {name}", needed=("zh",))
    return _words(table[name]["zh"], f"{where}: {name}: zh")


def _shipped(lesson_id: str) -> Lesson:
    if lesson_id not in Lesson.shipped():
        raise LessonError(f"there is no lesson {lesson_id!r}; the shipped lessons are {', '.join(Lesson.shipped())}")
    return Lesson.load(lesson_id)


def parse(command: str, where: str = "do") -> Do:
    """A command of a button, as ``docs/lesson-pages.md`` lists them. Whether a lesson can do it is for ``follow``."""
    word, *rest = command.split() or [""]
    readers: dict[str, tuple[str, Callable[[list[str]], Do]]] = {
        "reset": ("reset", lambda a: ResetRun(*a)),
        "set": ("set KEY VALUE", _set),
        "run": ("run BATCHES", lambda a: RunBatches(*(_whole(n) for n in a))),
        "goto": ("goto BATCH STEP", _goto),
        "type": ("type ARRAY ROW COLUMN VALUE", _type),
        "ask": ("ask NUMBER …", lambda a: AskNet(tuple(map(_number, _some(a))))),
        "open": ("open LESSON", lambda a: OpenLesson(*a)),
        "check": ("check", lambda a: CheckGradients(*a)),
    }
    if word not in readers:
        allowed = ", ".join(form for form, _ in readers.values())
        raise PageError(f"{where}: {command!r} is no command; allowed: {allowed}")
    form, reader = readers[word]
    try:
        return reader(rest)
    except (TypeError, ValueError, LessonError) as error:
        reason = f" ({error})" if isinstance(error, LessonError) else ""
        raise PageError(f"{where}: {command!r} is not of the form {form!r}{reason}") from error


def _whole(text: str) -> int:
    value = int(text)
    if value < 1:
        raise ValueError(text)
    return value


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise LessonError(f"{text} is no finite number")
    return value


def _some(arguments: list[str]) -> list[str]:
    if not arguments:
        raise ValueError("at least one number")
    return arguments


def _set(arguments: list[str]) -> SetKey:
    key, value = arguments
    if key not in LIVE_KEYS:
        raise LessonError(f"{key} cannot change during a run; these can: {', '.join(LIVE_KEYS)}")
    return SetKey(*parse_override(f"{key}={value}"))


def _goto(arguments: list[str]) -> GoTo:
    batch, step = arguments
    return GoTo(_whole(batch), _whole(step) if step.lstrip("+-").isdigit() else step)


def _type(arguments: list[str]) -> TypeCell:
    array, row, column, value = arguments
    return TypeCell(array, _index(row), _index(column), _number(value))


def _index(text: str) -> int:
    if not text.isdecimal():
        raise ValueError(text)
    return int(text)


def _keys(table: Any, where: str, needed: tuple[str, ...], optional: tuple[str, ...] = ()) -> None:
    """Refuse what is no table, lacks a key or has one too many."""
    if not isinstance(table, Mapping):
        raise PageError(f"{where}: expected a table, found {_shown(table)}")
    for key in table:
        if key not in (*needed, *optional):
            raise PageError(f"{where}: unknown key {_shown(key)}; allowed: {', '.join((*needed, *optional))}")
    for key in needed:
        if key not in table:
            raise PageError(f"{where}: {key!r} is missing")


def _shown(value: Any) -> str:
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # a number of thousands of digits, or nested thousands deep
        return "something too long to show"
    return text if len(text) <= 60 else text[:57] + "..."


def _words(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise PageError(f"{where}: expected text, found {_shown(value)}")
    return value.strip()


def _text(value: Any, where: str) -> Text:
    _keys(value, where, needed=LANGUAGES)
    return Text(*(_words(value[language], f"{where}: {language}") for language in LANGUAGES))


def _list(value: Any, where: str, build_one: Callable[[Any, str], Any], least: int = 1) -> tuple[Any, ...]:
    if not isinstance(value, list) or len(value) < least:
        found = f"{len(value)}" if isinstance(value, list) else _shown(value)
        raise PageError(f"{where}: expected a list of at least {least}, found {found}")
    return tuple(build_one(item, f"{where} {number}") for number, item in enumerate(value, 1))


def _command(value: Any, where: str) -> Do:
    return parse(_words(value, where), where)


def _button(value: Any, where: str, lesson: Lesson) -> Button:
    _keys(value, where, needed=(*LANGUAGES, "do"))
    label = _text({language: value[language] for language in LANGUAGES}, where)
    commands = _list(value["do"], f"{where}: do", _command)
    for number, do in enumerate(commands, 1):
        lesson = _followed(do, lesson, f"{where}: do {number}: {value['do'][number - 1]!r}")
    return Button(label, commands)


def _followed(do: Do, lesson: Lesson, where: str) -> Lesson:
    try:
        return follow(do, lesson)
    except LessonError as error:
        raise PageError(f"{where}: {error}") from error


def _try(value: Any, where: str, lesson: Lesson) -> Try:
    _keys(value, where, needed=("title", "text", "button"))
    return Try(
        _text(value["title"], f"{where}: title"),
        _text(value["text"], f"{where}: text"),
        _list(value["button"], f"{where}: button", partial(_button, lesson=lesson)),
    )


def _setting(value: Any, where: str) -> SetKey:
    command = parse(f"set {_words(value, where)}", where)
    assert isinstance(command, SetKey)
    return command


def _parts(value: Any, where: str) -> tuple[str, ...]:
    """A formula in one part, or a list of them."""
    return _list(value, where, _words) if isinstance(value, list) else (_words(value, where),)


def _formula(value: Any, where: str, lesson: Lesson) -> Formula:
    links = ("write", "op", "phase")
    _keys(value, where, needed=("latex",), optional=("section", *links, "when", "note"))
    formula = Formula(
        _text(value["section"], f"{where}: section") if "section" in value else None,
        _parts(value["latex"], f"{where}: latex"),
        *(_words(value[name], f"{where}: {name}") if name in value else "" for name in links),
        _list(value["when"], f"{where}: when", _setting) if "when" in value else (),
        _text(value["note"], f"{where}: note") if "note" in value else None,
    )
    for number, setting in enumerate(formula.when, 1):
        lesson = _followed(setting, lesson, f"{where}: when {number}: {value['when'][number - 1]!r}")
    if not formula.linked and formula.note is None:
        raise PageError(f"{where}: name its Step by write, op or phase, or say in a note why it has none")
    return formula


def _formulas(value: Any, where: str, lesson: Lesson) -> tuple[Formula, ...]:
    """The formulas, each under the heading of the one before unless it has its own."""
    found: list[Formula] = []
    for number, formula in enumerate(_list(value, where, partial(_formula, lesson=lesson)), 1):
        if formula.section is None:
            if not found:
                raise PageError(f"{where} {number}: the first formula needs a section")
            formula = replace(formula, section=found[-1].section)
        found.append(formula)
    return tuple(found)


def program_of(formula: Formula, lesson: Lesson) -> Program:
    """The Program in which a formula's Step is to be found: the lesson's, under the formula's settings."""
    for setting in formula.when:
        lesson = lesson.with_value(setting.key, setting.value)
    return Program.of(lesson)
