"""What can go wrong with data. Each message is one sentence that can be shown to the user as it stands."""

from pathlib import Path


class DataError(Exception):
    """The data asked for cannot be had, or not as asked."""


class MissingData(DataError):  # noqa: N818 - says what is the matter
    """The data set is in none of the folders that were looked at.

    Attributes
    ----------
    root : Path
        The folder that a download should fill.
    source : str
        Which set it is, as ``data.source`` names it.
    """

    def __init__(self, message: str, root: Path, source: str) -> None:
        super().__init__(message)
        self.root = root
        self.source = source


class CorruptData(DataError):  # noqa: N818 - says what is the matter
    """A file of the data set is there, but is not what it should be.

    Attributes
    ----------
    path : Path
        The damaged file.
    source : str
        Which set it belongs to, as ``data.source`` names it.
    """

    def __init__(self, path: Path, problem: str, source: str, title: str) -> None:
        super().__init__(f"{path} is damaged: {problem}; {title} can be downloaded again.")
        self.path = path
        self.problem = problem
        self.source = source

    @property
    def root(self) -> Path:
        """The folder that a download should fill: the one that holds ``MNIST/raw/<file>``."""
        return self.path.parents[2]
