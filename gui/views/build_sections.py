"""The sections of a lesson as a list at the left, and the page of fields of each."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QGridLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from gui.theme import Theme, ui_font
from gui.views.build_advice import Advice
from gui.views.build_fields import Part, dress
from gui.views.build_form import LessonForm
from gui.views.build_words import key_name

ROW = 52
SUMMARY, WRONG = Qt.ItemDataRole.UserRole + 1, Qt.ItemDataRole.UserRole + 2


class SectionList(QListWidget):
    """Names of the sections, what is chosen in each, and a mark at one in which something is wrong."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setItemDelegate(_SectionDelegate(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedWidth(148)
        self.setAccessibleName(self.tr("Sections of the lesson"))
        self.theme: Theme | None = None

    def add(self, name: str) -> None:
        """One more section."""
        item = QListWidgetItem(name, self)
        item.setSizeHint(QSize(0, ROW))

    def describe(self, row: int, summary: str, *, wrong: bool) -> None:
        """What is chosen in a section, and whether something is wrong there."""
        item = self.item(row)
        item.setData(SUMMARY, summary)
        item.setData(WRONG, wrong)
        told = self.tr("something is wrong here") if wrong else summary
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{item.text()}, {told}")
        item.setToolTip(summary)


class _SectionDelegate(QStyledItemDelegate):
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        sections = self.parent()
        if not isinstance(sections, SectionList) or sections.theme is None:
            return
        theme, box = sections.theme, QRectF(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen:
            painter.fillRect(box, theme.q("surface"))
            painter.fillRect(QRectF(box.left(), box.top(), 3, box.height()), theme.q("accent"))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(theme.q("focus"), 2))
            painter.drawRect(box.adjusted(2, 2, -2, -2))
        name, summary, wrong = index.data(), index.data(SUMMARY) or "", bool(index.data(WRONG))
        line = box.adjusted(14, 8, -10 - (14 if wrong else 0), 0)
        for text, font, token in (
            (name, ui_font(13, 600 if chosen else 500), "text"),
            (summary, ui_font(11.5), "text3"),
        ):
            painter.setFont(font)
            painter.setPen(theme.q(token))
            fitted = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, line.width())
            painter.drawText(QRectF(line.left(), line.top(), line.width(), 18), Qt.AlignmentFlag.AlignVCenter, fitted)
            line.adjust(0, 19, 0, 0)
        if wrong:
            middle = QPointF(box.right() - 16, box.top() + 17)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.q("err"))
            painter.drawEllipse(middle, 7, 7)
            painter.setPen(QPen(theme.q("onphase"), 1.75))
            painter.drawLine(middle + QPointF(0, -3.5), middle + QPointF(0, 0.75))
            painter.drawPoint(middle + QPointF(0, 3.5))
        painter.restore()


class AdviceLine(QWidget):
    """What is worth a word about the net, and a button that does what it comes to.

    Parameters
    ----------
    form : that gives the advice.
    section : of which it is; of all where none is given. Where one is, there is little room.
    """

    def __init__(self, form: LessonForm, parent: QWidget, section: str = "") -> None:
        super().__init__(parent)
        self._form, self._section = form, section
        self.label = QLabel(self)
        self.label.setObjectName("advice")
        self.label.setWordWrap(True)
        self.label.setFont(ui_font(12))
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.button = QPushButton(self)
        self.button.setAutoDefault(False)
        self.button.clicked.connect(lambda: form.take(self.given))
        way = QBoxLayout.Direction.TopToBottom if section else QBoxLayout.Direction.LeftToRight
        line = QBoxLayout(way, self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6 if section else 8)
        line.addWidget(self.label, 1)
        line.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.hide()

    @property
    def given(self) -> list[Advice]:
        """The advice that stands here."""
        return [one for one in self._form.advice if self._section in ("", one.section)]

    def show_advice(self) -> None:
        """Say what the form advises now."""
        given = self.given
        self.label.setText("\n".join("△ " + one.sentence for one in given))
        values = {key: value for one in given for key, value in one.values.items()}
        self.button.setText(self.tr("Use {values}").format(values=", ".join(map(str, values.values()))))
        self.button.setToolTip("\n".join(f"{key_name(key)}: {value}" for key, value in values.items()))
        self.button.setAccessibleDescription(self.label.text())
        self.setVisible(bool(given))


class SectionPage(QScrollArea):
    """The fields of one section, each with its name at its left; wide ones below theirs."""

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page = QWidget(self)
        page.setObjectName("page")
        self._grid = QGridLayout(page)
        self._grid.setContentsMargins(20, 16, 16, 16)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnMinimumWidth(0, 128)
        self._grid.setColumnStretch(1, 1)
        self._grid.setRowStretch(1000, 1)
        heading = QLabel(title, page)
        heading.setObjectName("title")
        heading.setFont(ui_font(15, 600))
        self._grid.addWidget(heading, 0, 0, 1, 2)
        self._labels: dict[Part, QLabel] = {}
        self.setWidget(page)

    def add(self, name: str, part: Part, *, wide: bool = False) -> None:
        """One more field."""
        row = len(self._labels) * 2 + 1
        label = QLabel(name, self.widget())
        label.setFont(ui_font(13))
        label.setBuddy(part)
        label.setToolTip(part.toolTip())
        self._labels[part] = label
        part.setParent(self.widget())
        if wide:
            self._grid.addWidget(part, row, 0, 1, 2)
            label.hide()
        else:
            label.setFixedHeight(30)
            label.setWordWrap(True)
            self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(part, row, 1)

    @property
    def parts(self) -> list[Part]:
        """The fields, from top to bottom."""
        return list(self._labels)

    def mark(self) -> None:
        """Mark the names of fields that have to do with what is wrong."""
        for part, label in self._labels.items():
            dress(label, "wrong", part.concerned)

    def show_part(self, part: Part, shown: bool) -> None:
        """Show a field with its name, or hide both."""
        part.setVisible(shown)
        label = self._labels[part]
        label.setVisible(shown and self._grid.indexOf(label) >= 0)
