"""Where the examples come from: points written in a lesson, sets that are drawn, digits, image sets, files."""

from engine.data.errors import CorruptData, DataError, MissingData
from engine.data.sources import SOURCES, WIDTHS, Dataset, load_dataset

__all__ = ["SOURCES", "WIDTHS", "CorruptData", "DataError", "Dataset", "MissingData", "load_dataset"]
