"""Runs: everything that was trained here, side by side."""

from pages.runs.compare import runs_compare, runs_parallel
from pages.runs.details import run_details
from pages.runs.disk import run_disk
from pages.runs.shown import runs_shown
from pages.runs.table import runs_table
from pages.runs.teacher import teacher_desk
from pages.runs.undo import undo_bar
from pages.shared.frame.frame import frame
from pages.shared.frame.tabs import tabs

lab = frame("runs")
undo_bar(lab)
shown = runs_shown(lab)
tabs(
    {
        "Table": lambda: runs_table(shown),
        "Compare": lambda: runs_compare(shown),
        "Run": lambda: run_details(lab, shown),
        "What helped": lambda: runs_parallel(shown),
        "Disk": lambda: run_disk(lab, shown),
        "Teacher": lambda: teacher_desk(lab, shown),
    },
    first=shown.first_tab,
)
