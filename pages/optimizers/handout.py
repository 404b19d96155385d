"""What the handout says in Question 6, and what the class's own data say to it."""

import streamlit as st

from core.lab.words import count, decimal
from core.optimizers import charts as optimizer_charts
from core.optimizers import sweep
from core.optimizers.microscope import first_step
from core.runs.experiments import Snapshot
from core.specs.optimizers import RMSpropSpec
from pages.optimizers.race import PAGE
from pages.shared.frame.frame import Lab
from pages.shared.frame.shown import experiment_of
from pages.shared.panels.slip import slip
from pages.shared.words.markdown import plain


def handout(lab: Lab) -> None:
    """The two lines, the slip of the one learning rate for all, and the sweep as the evidence."""
    st.header("The two lines to change", anchor=False)
    st.html(_MARKED)
    st.caption("The lines with a bar come in the place of Question 1's optimizer; everything else stays.")
    slip(
        "`lr=learning_rate` for all three, and Question 1 has 0.01",
        "0.01 suits SGD with momentum and is large for Adam and RMSprop. SGD's step is the rate times the gradient "
        "(with momentum, times the sum of past ones), and this network's gradients are small. Adam and RMSprop divide "
        "the gradient by its own size first. So Adam's first step moves each weight by the rate itself, whatever the "
        f"size of its gradient, and RMSprop's by **{first_step(RMSpropSpec()):.0f} times the rate**: its mean square "
        "begins at 0 and is not corrected. **One step** shows both.",
    )
    st.header("0.01 on the class's own data", anchor=False)
    shown = experiment_of(PAGE, sweep.KIND).shown()
    now = None if shown is None else shown.read()
    if now is None or not sweep.best(sweep.points(now)):
        st.info("The evidence is the sweep: press **Sweep** on *Each at its best*, and it is drawn here as well.")
        return
    _evidence(now)


def _evidence(now: Snapshot) -> None:
    found = sweep.points(now)
    names = list(dict.fromkeys(point.contestant for point in found))
    st.altair_chart(optimizer_charts.sweep_chart(found, names), key="handout_sweep")
    best = sweep.best(found)
    at = {p.contestant: p for p in found if abs(p.learning_rate - 0.01) < 1e-9}
    told = []
    for name, rate in best.items():
        loss = next(p.loss for p in found if (p.contestant, p.learning_rate) == (name, rate))
        line = f"**{plain(name)}**: best {decimal(rate)} (loss {loss:.3f})"
        if name in at and at[name].has_ended:
            here = at[name]
            line += f"; with 0.01 {'it diverges' if here.state == 'diverged' else f'{here.loss:.3f}'}"
        told.append(f"- {line}")
    start = next(p.start_loss for p in found if p.contestant in best)
    st.markdown("\n".join(told) + f"\n\nEach began with the loss {start:.3f}.")
    spec = now.members[0].spec
    pictures = f"{spec.data.n_train:,} training pictures of {spec.data.dataset}"
    st.caption(f"{pictures}, {count(spec.n_epochs, 'epoch')} each, one seed ({spec.random_state}).")


# The handout's Question 1 (b) with the lines that Question 6 puts in, marked
_MARKED = """<style>
.marked { font: 0.98rem/1.7 "Source Code Pro", monospace; border-radius: 8px; padding: 0.7rem 0; overflow-x: auto;
  background: color-mix(in srgb, currentColor 6%, transparent); margin: 0; }
.marked span { display: block; padding: 0 1rem; border-left: 5px solid transparent; white-space: pre; }
.marked .out { text-decoration: line-through; opacity: 0.75; }
.marked .in { border-left-color: #1f9e77; font-weight: 600;
  background: color-mix(in srgb, #1f9e77 20%, transparent); }
</style><pre class="marked" tabindex="0" role="group" aria-label="Question 1's code, Question 6's lines marked">"""
_MARKED += "".join(
    f'<span class="{kind}">{line}</span>'
    for kind, line in (
        ("", "model = MultiLayerFCNet(D_in, H, D_out)"),
        ("", "criterion = torch.nn.CrossEntropyLoss()"),
        ("out", "optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)"),
        ("in", "optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)"),
        ("", "# or"),
        ("in", "optimizer = torch.optim.RMSprop(model.parameters(), lr=learning_rate)"),
    )
)
_MARKED += "</pre>"
