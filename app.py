"""Home: what the lab is, the six questions, and what is ready on this machine."""


from pages.home.home import question_cards, ready_panel
from pages.shared.frame.frame import frame
from pages.shared.panels.own_pictures import own_pictures

lab = frame(
    "Chalknet",
    tagline="The deep-learning chalkboard that computes. Move a slider, press **Train**, and watch a real network "
    "learn; step through a convolution one multiply-add at a time.",
)
question_cards(lab)
ready_panel(lab)
own_pictures()
