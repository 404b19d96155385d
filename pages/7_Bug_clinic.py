"""The bug clinic: training scripts that are ill or sound; which, is found out by tests."""

from pages.bug_clinic.check_script import check_view
from pages.bug_clinic.patient import patient_view
from pages.bug_clinic.sorter import sorter_view
from pages.bug_clinic.waiting_room import consultation
from pages.shared.frame.frame import frame
from pages.shared.frame.tabs import tabs

lab = frame("clinic")
file = consultation(lab)
tabs({
    "Patient": lambda: patient_view(lab, file),
    "Check my script": lambda: check_view(lab, file.dataset),
    "Is this overfitting?": lambda: sorter_view(lab),
})  # fmt: skip
