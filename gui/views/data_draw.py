"""Draw an image with the mouse and see what the net makes of it, live while it trains."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QLineF, QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from engine.drawing import BLOCK, DIGITS_SHAPE, DIGITS_WIDTH, MNIST_BOX, fitted, on_light_ground
from engine.snapshot import Snapshot
from gui.matrix import to_image
from gui.theme import LIGHT, Theme, colours, image_table, mono_font, ui_font
from gui.views.data_points import class_names, outputs_of

Array = npt.NDArray[Any]

INK_SIDE = 280  # pixels of the drawing that is fitted, ten for one of MNIST's
PEN = 0.11  # width of a stroke, of the pad's side: drawn digits have about as much ink as those of MNIST
MARGIN, GAP = 16, 14
CAPTION, BUTTON = 20, 28
LOOKED_AT = 100  # images of the data set that show whether they are dark on light
LEAST_BARS = 128  # width of the outputs


def painted(image: Array, full_scale: float, theme: Theme) -> QImage:
    """An image in the source's units in the greys that input images have everywhere."""
    return to_image(colours(image.astype(np.float64), 0, full_scale, image_table(theme)))


def paint_stroke(painter: QPainter, stroke: list[QPointF], side: float, colour: QColor) -> None:
    """A line through points given in shares of the side; a single point is a dot."""
    width = PEN * side
    painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    places = [point * side for point in stroke]
    if len(places) == 1:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(places[0], width / 2, width / 2)
    else:
        painter.drawPolyline(QPolygonF(places))


def ink_of(strokes: list[list[QPointF]]) -> Array:
    """How much of each pixel the strokes cover: (280, 280), 0 to 1."""
    picture = QImage(INK_SIDE, INK_SIDE, QImage.Format.Format_Grayscale8)
    picture.fill(Qt.GlobalColor.black)
    with QPainter(picture) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for stroke in strokes:
            paint_stroke(painter, stroke, INK_SIDE, QColor(Qt.GlobalColor.white))
    rows = np.frombuffer(picture.constBits(), np.uint8).reshape(INK_SIDE, picture.bytesPerLine())
    return rows[:, :INK_SIDE] / 255


class Pad(QWidget):
    """The square to draw in. Backspace takes the last stroke back, Delete all of them.

    Signals
    -------
    changed() : ``strokes`` are other ones.
    """

    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(self.tr("Drawing pad: Backspace takes a stroke back, Delete clears"))
        self.strokes: list[list[QPointF]] = []
        self.image: QImage | None = None  # of an example that stands in for a drawing
        self._theme = LIGHT
        self._drawing = False

    def apply_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def _at(self, event: QMouseEvent) -> QPointF:
        side = max(1, self.width())
        return QPointF(*(min(max(v / side, 0.0), 1.0) for v in (event.position().x(), event.position().y())))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._drawing, self.image = True, None
            self.strokes.append([self._at(event)])
            self._tell()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drawing:
            self.strokes[-1].append(self._at(event))
            self._tell()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._drawing = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Backspace:
            self.undo()
        elif event.key() == Qt.Key.Key_Delete:
            self.clear()
        else:
            super().keyPressEvent(event)

    @Slot()
    def undo(self) -> None:
        """Take the last stroke back."""
        if self.strokes:
            self.strokes.pop()
            self._drawing = False
            self._tell()

    @Slot()
    def clear(self) -> None:
        """Take everything away."""
        self.strokes.clear()
        self.image, self._drawing = None, False
        self._tell()

    def _tell(self) -> None:
        self.update()
        self.changed.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        low, high = (QColor.fromRgb(int(rgb)) for rgb in image_table(self._theme)[[0, -1]])
        painter.fillRect(self.rect(), low)
        if self.image is not None:
            painter.drawImage(QRectF(self.rect()), self.image)
        for stroke in self.strokes:
            paint_stroke(painter, stroke, self.width(), high)
        if not self.strokes and self.image is None:
            painter.setPen(self._theme.q("text3"))
            painter.setFont(ui_font(13))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.tr("Draw here"))
        focus = self.hasFocus()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(self._theme.q("focus" if focus else "ctl"), 2 if focus else 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        inset = 1 if focus else 0
        painter.drawRect(self.rect().adjusted(inset, inset, -1 - inset, -1 - inset))


class Seen(QWidget):
    """The image that the net gets, with the box into which a drawing is fitted and the middle of the field."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._image: QImage | None = None
        self._fitted = True
        self.setAccessibleName(self.tr("What the net sees"))

    def show_image(self, image: QImage | None, drawn: bool) -> None:
        """Show an image; ``drawn``: it was fitted, and into what is shown too."""
        self._image, self._fitted = image, drawn
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.fillRect(self.rect(), QColor.fromRgb(int(image_table(self._theme)[0])))
        if self._image is not None:
            painter.drawImage(QRectF(self.rect()), self._image)
            if self._fitted:
                self._paint_guides(painter, self._image.width(), self._image.height())
        painter.setPen(QPen(self._theme.q("ctl"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(frame)

    def _paint_guides(self, painter: QPainter, columns: int, rows: int) -> None:
        pixel = self.width() / columns
        painter.setPen(QPen(self._theme.q("read"), 1, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        middle = QPointF((columns // 2 + 0.5) * pixel, (rows // 2 + 0.5) * pixel)
        if (rows, columns) == DIGITS_SHAPE:
            box = QRectF(0, 0, DIGITS_WIDTH / BLOCK * pixel, self.height() - 2)
            box.moveCenter(QRectF(self.rect()).center())
            painter.drawRect(box)
            return
        box = QRectF(0, 0, round(columns * MNIST_BOX) * pixel, round(rows * MNIST_BOX) * pixel)
        box.moveCenter(QRectF(self.rect()).center())
        painter.drawRect(box)
        painter.setPen(QPen(self._theme.q("read"), 1.5))
        for x, y in ((5, 0), (0, 5)):
            painter.drawLine(QLineF(middle - QPointF(x, y), middle + QPointF(x, y)))


class Bars(QWidget):
    """The outputs of all classes as bars with their numbers; the largest stands out."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._names: tuple[str, ...] = ()
        self._values: Array | None = None
        self.setAccessibleName(self.tr("Outputs"))

    def show_values(self, names: tuple[str, ...], values: Array | None) -> None:
        """Show an output per class; None while there is nothing to be asked."""
        self._names, self._values = names, values
        said = [] if values is None else [f"{n} {v:.3f}" for n, v in zip(names, values.tolist(), strict=True)]
        self.setAccessibleDescription(", ".join(said))
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._names:
            return
        painter = QPainter(self)
        metrics = QFontMetricsF(ui_font(12, 600))
        pitch = min(26.0, self.height() / len(self._names))
        left = min(max(metrics.horizontalAdvance(name) for name in self._names), self.width() * 0.35) + 8
        right = self.width() - 40
        values = self._values
        top = int(values.argmax()) if values is not None and np.isfinite(values).all() else None
        scale = 1.0 if values is None else max(1.0, float(np.nan_to_num(np.abs(values), posinf=0).max()))
        for i, name in enumerate(self._names):
            y, high = i * pitch, i == top
            painter.setFont(ui_font(12, 600 if high else 400))
            painter.setPen(self._theme.q("text" if high else "text2"))
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, left - 6)
            painter.drawText(QRectF(0, y, left, pitch), Qt.AlignmentFlag.AlignVCenter, shown)
            bar = QRectF(left, y + pitch / 2 - 3, max(8.0, right - left), 6)
            painter.fillRect(bar, self._theme.q("line"))
            text = "–"
            if values is not None:
                value = float(values[i])
                text = f"{value:.2f}" if abs(value) < 1000 else f"{value:.0e}"
                if np.isfinite(value) and value > 0:
                    bar.setWidth(bar.width() * value / scale)
                    painter.fillRect(bar, self._theme.q("accent" if high else "fwd"))
            painter.setFont(mono_font(11, 600 if high else 400))
            where = QRectF(right, y, self.width() - right, pitch)
            painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)


class Draw(QWidget):
    """Pad, what the net sees of it, and what it says.

    Signals
    -------
    drawn(object) : the input to be run forward step by step, (n_in,) float64 in the source's own units.
    """

    drawn = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._snapshot: Snapshot | None = None
        self._given: tuple[Array, str] | None = None  # an example in place of a drawing, and its name
        self._image: Array | None = None  # (rows, columns) in the source's units
        self.pad = Pad(self)
        self.pad.changed.connect(self._drawing_changed)
        self._seen, self._bars = Seen(self), Bars(self)
        self._pad_caption, self._seen_caption, self._bars_caption = (QLabel(self) for _ in range(3))
        for label in (self._pad_caption, self._seen_caption, self._bars_caption):
            label.setFont(ui_font(12))
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._seen_caption.setText(self.tr("The net sees"))
        self._note = QLabel(self)
        self._note.setFont(ui_font(11))
        self._note.setWordWrap(True)
        self._note.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.undo_button = QPushButton(self.tr("Undo stroke"), self)
        self.undo_button.clicked.connect(self.pad.undo)
        self.clear_button = QPushButton(self.tr("Clear"), self)
        self.clear_button.clicked.connect(self.pad.clear)
        self.run_button = QPushButton(self.tr("Run it forward step by step"), self)
        self.run_button.clicked.connect(self._run)
        for button in (self.undo_button, self.clear_button, self.run_button):
            button.setFont(ui_font(12))
        self.setTabOrder(self.pad, self.undo_button)

    def minimumSizeHint(self) -> QSize:
        return QSize(420, 200)

    # ---- what is shown -----------------------------------------------------------------------------------------------

    @property
    def image(self) -> Array | None:
        """(rows, columns) that the net gets, in the source's units; None while the pad is empty."""
        return self._image

    @property
    def outputs(self) -> Array | None:
        """(n_out,) what the net says to it."""
        return self._bars._values

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Let the net of a Snapshot look at the drawing."""
        before, self._snapshot = self._snapshot, snapshot
        if before is None or before.dataset is not snapshot.dataset:
            self._given = self.pad.image = None
            self._place()
            self._find_image()
        self._ask()

    def show_example(self, row: Array, name: str) -> None:
        """Put an image of the data set in the place of a drawing.

        Parameters
        ----------
        row : (n_in,) in the source's units.
        name : what it is called on screen.
        """
        self.pad.clear()
        self._given = (np.asarray(row, np.float64), name)
        self._find_image()
        self._ask()

    @Slot()
    def _drawing_changed(self) -> None:
        self._given = None
        self._find_image()
        self._ask()

    def _find_image(self) -> None:
        snapshot = self._snapshot
        if snapshot is None or snapshot.image_shape is None:
            return
        scale = snapshot.dataset.full_scale
        self._image = None
        if self._given is not None:
            self._image = self._given[0].reshape(snapshot.image_shape)
        elif self.pad.strokes:
            self._image = fitted(ink_of(self.pad.strokes), snapshot.image_shape, scale)
            if on_light_ground(snapshot.dataset.train_x[:LOOKED_AT], snapshot.image_shape, scale):
                self._image = scale - self._image
        shown = None if self._image is None else painted(self._image, scale, self._theme)
        self.pad.image = shown if self._given is not None else None
        self.pad.update()
        self._seen.show_image(shown, self._given is None)
        self._pad_caption.setText(self._given[1] if self._given is not None else self.tr("Draw with the mouse"))
        self._note.setText(self._note_text(snapshot.image_shape) if self._given is None else "")
        for button, sense in (
            (self.undo_button, bool(self.pad.strokes)),
            (self.clear_button, self._image is not None),
            (self.run_button, self._image is not None),
        ):
            button.setEnabled(sense)

    def _note_text(self, shape: tuple[int, int]) -> str:
        if shape == DIGITS_SHAPE:
            return self.tr("8 × 8: blocks of 4 × 4 counted, after fitting the ink to the height.")
        box = f"{round(shape[0] * MNIST_BOX)} × {round(shape[1] * MNIST_BOX)}"
        text = self.tr("{rows} × {columns}: fitted into {box}, centre of mass in the middle, as in MNIST.")
        told = text.format(rows=shape[0], columns=shape[1], box=box)
        return told.replace(" × ", "\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}")

    def _ask(self) -> None:
        snapshot = self._snapshot
        if snapshot is None or snapshot.image_shape is None:
            return
        count = snapshot.lesson.network.sizes[-1]
        names = class_names(snapshot.dataset, count)
        values = None
        if self._image is not None:
            values = outputs_of(snapshot, self._image.reshape(1, -1))[0]
        self._bars.show_values(names if count > 1 else names[1:2], values)
        softmax = snapshot.lesson.network.output == "softmax"
        self._bars_caption.setText(self.tr("Probabilities") if softmax else self.tr("Outputs"))

    @Slot()
    def _run(self) -> None:
        if self._image is not None:
            self.drawn.emit(self._image.reshape(-1).copy())

    # ---- look --------------------------------------------------------------------------------------------------------

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        for part in (self.pad, self._seen, self._bars):
            part.apply_theme(theme)
        for label in (self._pad_caption, self._seen_caption, self._bars_caption):
            label.setStyleSheet(f"color: {theme.text2};")
        self._note.setStyleSheet(f"color: {theme.text3};")
        self._find_image()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        """Pad at the left, as large as the height allows; what the net sees in whole pixels; the rest for the bars."""
        rows, columns = (self._snapshot.image_shape if self._snapshot is not None else None) or (28, 28)
        height, width = self.height(), self.width() - 2 * MARGIN
        foot = height - BUTTON - 10
        room = foot - CAPTION - 10
        zoom = max(1, int(min(room, width * 0.27) / max(rows, columns)))
        seen = QSize(columns * zoom, rows * zoom)
        side = max(60, min(room, width - seen.width() - LEAST_BARS - 2 * GAP))
        x = MARGIN
        self._pad_caption.setGeometry(x, 0, side, CAPTION)
        self.pad.setGeometry(x, CAPTION, side, side)
        x += side + GAP
        self._seen_caption.setGeometry(x, 0, seen.width() + GAP, CAPTION)
        self._seen.setGeometry(QRect(x, CAPTION, seen.width(), seen.height()))
        self._note.setGeometry(x, CAPTION + seen.height() + 4, seen.width() + 4, max(0, room - seen.height() - 4))
        x += seen.width() + GAP
        self._bars_caption.setGeometry(x, 0, self.width() - MARGIN - x, CAPTION)
        self._bars.setGeometry(x, CAPTION, self.width() - MARGIN - x, room)
        x = MARGIN
        for button in (self.undo_button, self.clear_button):
            button.setGeometry(x, foot, button.sizeHint().width(), BUTTON)
            x += button.width() + 8
        wide = self.run_button.sizeHint().width()
        self.run_button.setGeometry(max(x, self.width() - MARGIN - wide), foot, wide, BUTTON)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._place()
