"""The style sheet of the dialog and the panel in which a network is built."""

from __future__ import annotations

from gui.theme import Theme


def style_sheet(theme: Theme) -> str:
    """Of the dialog, or the panel's body, and everything in it."""
    return (
        f"BuildDialog {{ background: {theme.bg}; }}"
        f"QScrollArea, #page, #net {{ background: {theme.surface}; border: none; }}"
        f"#net {{ border-left: 1px solid {theme.line}; }}"
        f"#head, #feet {{ background: {theme.bg}; }}"
        f"#body {{ border-top: 1px solid {theme.line}; }}"
        f"#head {{ border-bottom: 1px solid {theme.line}; }} #feet {{ border-top: 1px solid {theme.line}; }}"
        f"QLabel {{ color: {theme.text2}; background: transparent; }}"
        f"QLabel[wrong=true] {{ color: {theme.err}; }}"
        f"#title {{ color: {theme.text}; }} #hint {{ color: {theme.text3}; }}"
        f"#total {{ color: {theme.text}; }} #total[large=true] {{ color: {theme.warn}; }}"
        f"#counts {{ color: {theme.text2}; }}"
        f"#fault {{ color: {theme.err}; }} #advice {{ color: {theme.warn}; }}"
        f"#note {{ color: {theme.text3}; }} #note[kind=err] {{ color: {theme.err}; }}"
        f"#state[kind=ok] {{ color: {theme.ok}; }} #state[kind=err] {{ color: {theme.err}; }}"
        f"#state[kind=warn] {{ color: {theme.warn}; }}"
        f"#state[kind=busy] {{ color: {theme.text3}; }}"
        f"QListWidget {{ background: {theme.bg}; border: none; border-right: 1px solid {theme.line}; outline: none; }}"
        f"QLineEdit {{ background: {theme.surface}; color: {theme.text}; border: 1px solid {theme.ctl};"
        " border-radius: 4px; padding: 0 7px; }"
        f"QLineEdit:disabled {{ color: {theme.disabled}; border-color: {theme.line2}; }}"
        f"QLineEdit:focus {{ border: 2px solid {theme.focus}; padding: 0 6px; }}"
        f"Part[wrong=true] QLineEdit, QLineEdit[wrong=true] {{ border: 2px solid {theme.err}; padding: 0 6px; }}"
        f"QTableView {{ background: {theme.surface}; color: {theme.text}; gridline-color: {theme.line};"
        f" border: 1px solid {theme.ctl}; border-radius: 2px; selection-background-color: {theme.fwdsoft};"
        f" selection-color: {theme.text}; }}"
        f"QTableView:focus {{ border: 2px solid {theme.focus}; }}"
        f"QTableView::item:selected {{ background: {theme.fwdsoft}; color: {theme.text}; }}"
        f"QTableView QLineEdit {{ border-radius: 0; padding: 0 2px; }}"
        f"QHeaderView, QTableCornerButton::section {{ background: {theme.sunken}; border: none; }}"
        f"QHeaderView::section {{ background: {theme.sunken}; color: {theme.text3}; border: none; padding: 2px 6px;"
        f" border-bottom: 1px solid {theme.line}; border-right: 1px solid {theme.line}; }}"
        f"QPushButton {{ background: {theme.surface}; color: {theme.text}; border: 1px solid {theme.ctl};"
        " border-radius: 5px; padding: 0 12px; min-height: 28px; }"
        f"QPushButton:hover {{ background: {theme.line}; }} QPushButton:pressed {{ background: {theme.line2}; }}"
        f"QPushButton:focus {{ border: 2px solid {theme.focus}; padding: 0 11px; min-height: 26px; }}"
        f"QPushButton:disabled {{ color: {theme.disabled}; border-color: {theme.line2}; }}"
        f"#start {{ background: {theme.accent}; color: {theme.onaccent}; border: 1px solid {theme.accent}; }}"
        f"#start:hover {{ background: {theme.text2}; }}"
        f"#start:focus {{ border: 2px solid {theme.focus}; }}"
        f"#start:disabled {{ background: {theme.line}; color: {theme.disabled}; border-color: {theme.line}; }}"
        f"QToolButton {{ color: {theme.text2}; background: transparent; border: 1px solid transparent;"
        " border-radius: 4px; }"
        f"QToolButton:hover {{ color: {theme.text}; background: {theme.line}; }}"
        f"QToolButton:focus {{ border: 2px solid {theme.focus}; }}"
        f"QToolButton:disabled {{ color: {theme.disabled}; }}" + scroll_bars(theme)
    )


def scroll_bars(theme: Theme) -> str:
    """Of the bars at the side and below."""
    return (
        "QScrollBar { background: transparent; margin: 0; }"
        "QScrollBar:vertical { width: 12px; } QScrollBar:horizontal { height: 12px; }"
        f"QScrollBar::handle {{ background: {theme.line2}; border-radius: 4px; margin: 2px; min-height: 32px;"
        " min-width: 32px; }"
        f"QScrollBar::handle:hover {{ background: {theme.ctl}; }}"
        "QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }"
        "QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }"
    )
