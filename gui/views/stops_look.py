"""The style sheets of the panel of stops."""

from __future__ import annotations

from gui.theme import Theme


def style_sheet(theme: Theme) -> str:
    """Of the panel and everything in it."""
    return (
        f"QScrollArea {{ background: {theme.surface}; border: none; border-top: 1px solid {theme.line}; }}"
        f"#page {{ background: {theme.surface}; }}"
        f"QLabel {{ color: {theme.text}; background: transparent; }}"
        f"#hint, #count {{ color: {theme.text3}; }}"
        f"#row {{ background: transparent; border: 2px solid transparent; border-radius: 4px; }}"
        f"#row:hover {{ background: {theme.bg}; }}"
        f"#row:focus {{ border-color: {theme.focus}; }}"
        f"#row[look=off] QLabel {{ color: {theme.text3}; }}"
        f"#row[look=stopped] {{ background: {theme.errsoft}; }}"
        f"#row[look=stopped] #count {{ color: {theme.err}; }}"
        f"QLabel[look=pending] {{ color: {theme.text3}; }}"
        f"QLabel[look=fault] {{ color: {theme.err}; }}"
        f"#fault {{ background: {theme.errsoft}; color: {theme.err}; border-radius: 4px; padding: 5px 8px; }}"
        f"QLineEdit {{ background: {theme.surface}; color: {theme.text}; border: 1px solid {theme.ctl};"
        " border-radius: 4px; padding: 0 5px; }"
        f"QLineEdit:focus {{ border: 2px solid {theme.focus}; padding: 0 4px; }}"
        f"QLineEdit[wrong=true] {{ border: 2px solid {theme.err}; padding: 0 4px; }}"
        f"QToolButton {{ color: {theme.text3}; background: transparent; border: none; border-radius: 4px; }}"
        f"QToolButton:hover {{ color: {theme.err}; background: {theme.line}; }}"
        f"QPushButton {{ background: {theme.bg}; color: {theme.text}; border: 1px solid {theme.ctl};"
        " border-radius: 5px; padding: 0 12px; }"
        f"QPushButton:hover {{ background: {theme.line}; }}"
        f"QPushButton:pressed {{ background: {theme.line2}; }}"
        f"QPushButton:focus {{ border: 2px solid {theme.focus}; padding: 0 11px; }}"
    )


def scroll_bar(theme: Theme) -> str:
    """Of its scroll bar."""
    return (
        "QScrollBar { background: transparent; width: 12px; margin: 0; }"
        f"QScrollBar::handle {{ background: {theme.line2}; border-radius: 4px; margin: 2px; min-height: 32px; }}"
        f"QScrollBar::handle:hover {{ background: {theme.ctl}; }}"
        "QScrollBar::add-line, QScrollBar::sub-line { height: 0; }"
        "QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }"
    )
