"""Home: what the lab is, the six questions, what this person has tried, and what is ready on this machine."""

from pages.home.cards import question_cards
from pages.home.progress import progress_panel
from pages.home.readiness import ready_panel
from pages.shared.frame.frame import frame
from pages.shared.panels.own_pictures import own_pictures

lab = frame("home")
question_cards(lab)
progress_panel(lab.person)
ready_panel(lab)
own_pictures()
