"""The bottom line: how this run computes, as switches, and what the marks mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QActionGroup, QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from engine.data.sources import FULL_SCALE
from engine.pytorch import DEVICES
from engine.snapshot import Snapshot
from gui.said import said
from gui.theme import LIGHT, Theme, ui_font


class StatusView(QWidget):
    """Names what computes and what the document decided (sums, means, test scale), and lets the user switch it.

    Signals
    -------
    chosen(str, object) : key of the lesson and its new value.
    """

    chosen = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(26)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._facts = QLabel(self)
        self._facts.setFont(ui_font(11))
        options: dict[str, list[tuple[Any, str]]] = {
            "run.executor": [
                ("numpy", "numpy"),
                ("compiled", "compiled"),
                ("torch", "torch"),
            ],
            "run.device": [
                ("cpu", "cpu"),
                ("cuda", "cuda"),
                ("mps", "mps"),
            ],
            "loss.reduction": [
                ("sum", self.tr("loss: sum over the batch")),
                ("mean", self.tr("loss: mean over the batch")),
            ],
            "loss.gradient": [
                ("same", self.tr("gradient: of the loss shown")),
                ("sum", self.tr("gradient: of the sum over the batch")),
            ],
            "optimizer.bias_gradient": [
                ("same", self.tr("bias gradient: as the weights")),
                ("mean", self.tr("bias gradient: mean")),
            ],
            "optimizer.momentum_form": [
                ("torch", self.tr("momentum: v = γv + g, W −= ηv")),
                ("classic", self.tr("momentum: v = γv + ηg, W −= v")),
            ],
            "evaluation.scale": [
                ("same", self.tr("test: {examples}, scaled as in training")),
                ("raw", self.tr("test: {examples}, raw 0 to {top}")),
            ],
        }
        self._choices = {key: _Choice(key, values, self) for key, values in options.items()}
        self._legend = _Legend(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 0, 16, 0)
        layout.setSpacing(8)
        layout.addWidget(self._facts)
        for choice in self._choices.values():
            layout.addWidget(choice)
            choice.chosen.connect(self.chosen)
        layout.addStretch(1)
        layout.addWidget(self._legend)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show how the run of a Snapshot computes."""
        lesson = snapshot.lesson
        text = f"{lesson.run.dtype} · " + self.tr("seed {seed}").format(seed=lesson.init.seed)
        if text != self._facts.text():
            self._facts.setText(text)
        table = {
            "run.executor": (lesson.run.executor, True),
            "run.device": (lesson.run.device, lesson.run.executor == "torch"),
            "loss.gradient": (lesson.loss.gradient, lesson.separate or lesson.loss.gradient == "sum"),
            "loss.reduction": (lesson.loss.reduction, snapshot.examples > 1),
            "optimizer.bias_gradient": (lesson.optimizer.bias_gradient, snapshot.examples > 1 and lesson.has_bias(1)),
            "optimizer.momentum_form": (lesson.optimizer.momentum_form, lesson.optimizer.momentum > 0),
            "evaluation.scale": (lesson.evaluation.scale, lesson.evaluation.examples != 0),
        }
        count = min(lesson.evaluation.examples, snapshot.test_examples)
        words = {
            "top": f"{FULL_SCALE.get(lesson.data.source, 1.0):g}",
            "examples": self._examples(count, snapshot.image_shape is not None),
        }
        for key, (value, shown) in table.items():
            self._choices[key].show_value(snapshot.wanted.get(key, value), key in snapshot.wanted, words)
            self._choices[key].setVisible(shown)
        missing, no_torch = {}, {}
        if lesson.run.executor == "torch":  # which knows what there is
            missing = {device: said(why) for device, why in DEVICES.items() if device not in snapshot.devices}
        elif snapshot.no_torch:
            no_torch = {"torch": said(snapshot.no_torch)}
        self._choices["run.device"].grey(missing)
        self._choices["run.executor"].grey(no_torch)
        self._fit()

    def _examples(self, count: int, images: bool) -> str:
        """So many test examples (below 0: all), in a phrase of its own each: languages count in different ways."""
        if count < 0:
            return self.tr("all images") if images else self.tr("all examples")
        return (self.tr("first {n} images") if images else self.tr("first {n} examples")).format(n=f"{count:,}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """The legend gives way where the facts need its room."""
        shown = [self._facts, *(choice for choice in self._choices.values() if not choice.isHidden())]
        needed = sum(widget.sizeHint().width() + 8 for widget in shown) + 2 * 16 + self._legend.width()
        self._legend.setVisible(needed <= self.width())

    def apply_theme(self, theme: Theme) -> None:
        """Colours of the line."""
        self.setStyleSheet(
            f"StatusView {{ background: {theme.bg}; border-top: 1px solid {theme.line}; }}"
            f"QLabel {{ color: {theme.text3}; }}"
            f"QToolButton {{ color: {theme.text2}; border: none; border-radius: 4px; padding: 2px 4px; }}"
            f"QToolButton:hover {{ background: {theme.line}; }}"
            f"QToolButton:focus {{ border: 1px solid {theme.focus}; }}"
            "QToolButton::menu-indicator { width: 0; }"
        )
        self._legend.theme = theme
        self._legend.update()


class _Choice(QToolButton):
    """A value of the lesson in words; its menu switches it."""

    chosen = Signal(str, object)

    def __init__(self, key: str, values: list[tuple[Any, str]], parent: QWidget) -> None:
        super().__init__(parent)
        self._texts = dict(values)
        self.setFont(ui_font(11))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolTip(self.tr("Click to switch; it applies from the next batch"))
        menu, group = QMenu(self), QActionGroup(self)
        menu.setToolTipsVisible(True)  # why a value is grey
        self._actions = {}
        for value, text in values:
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setData((key, value))
            group.addAction(action)
            self._actions[value] = action
        group.triggered.connect(self._choose)
        self.setMenu(menu)

    def grey(self, reasons: Mapping[Any, str]) -> None:
        """Offer all values but these, and say why not these."""
        for value, action in self._actions.items():
            action.setEnabled(value not in reasons)
            action.setToolTip(reasons.get(value, ""))
        # to a screen reader a row of a menu has its text alone, so the button says it
        told = "\n".join([self.toolTip(), *(f"{self._actions[value].text()}: {why}" for value, why in reasons.items())])
        if told != self.accessibleDescription():
            self.setAccessibleDescription(told)

    def _choose(self, action: Any) -> None:
        self.chosen.emit(*action.data())

    def show_value(self, value: Any, waiting: bool, words: dict[str, str]) -> None:
        text = self._texts[value].format(**words) + (self.tr(" (from the next batch)") if waiting else "") + " ▾"
        if text != self.text():
            self.setText(text)
            self.setAccessibleName(text)
            for other, action in self._actions.items():
                action.setText(self._texts[other].format(**words))
        self._actions[value].setChecked(True)  # also after another was chosen and refused


class _Legend(QWidget):
    """read, written, positive, negative, rate change: what the marks mean."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = LIGHT
        self.setFont(ui_font(11))
        names = (
            ("read", self.tr("read")),
            ("write", self.tr("written")),
            ("pos", self.tr("positive")),
            ("neg", self.tr("negative")),
            ("upd", self.tr("rate change")),
        )
        self._names = names
        width = sum(self.fontMetrics().horizontalAdvance(text) + 34 for _, text in names)
        self.setFixedSize(QSize(width, 24))
        self.setAccessibleName(self.tr("Legend"))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(self.font())
            x = 0.0
            for token, text in self._names:
                box, colour = QRectF(x + 1, 7, 12, 10), self.theme.q(token)
                if token in ("read", "write"):
                    painter.setPen(QPen(colour, 2, Qt.PenStyle.DotLine if token == "read" else Qt.PenStyle.SolidLine))
                    painter.setBrush(self.theme.q(token + "soft"))
                    painter.drawRoundedRect(box, 2, 2)
                elif token == "upd":
                    painter.setPen(QPen(colour, 1.5))
                    painter.setBrush(colour)
                    painter.drawLine(QPointF(x + 3, 5), QPointF(x + 3, 18))
                    painter.drawPolygon(
                        QPolygonF(
                            [
                                QPointF(x + 3, 5),
                                QPointF(x + 12, 5),
                                QPointF(x + 9, 8),
                                QPointF(x + 12, 11),
                                QPointF(x + 3, 11),
                            ]
                        )
                    )
                else:
                    painter.setPen(Qt.PenStyle.NoPen)
                    painter.setBrush(colour)
                    painter.drawRoundedRect(box, 2, 2)
                painter.setPen(self.theme.q("text2"))
                painter.drawText(QPointF(x + 19, 16), text)
                x += self.fontMetrics().horizontalAdvance(text) + 34
