"""The runs of a class as tiles on the teacher's screen: what each is called, who holds it, where it is."""

from html import escape

from core.rooms.deal import Part
from core.runs.experiments import MemberSnapshot, Snapshot
from core.together.elsewhere import Elsewhere
from core.together.kinds import Kind


def tiles(kind: Kind, parts: list[Part], here: Snapshot, found: Elsewhere) -> str:
    """HTML.

    Parameters
    ----------
    kind : Kind
    parts : list of Part
        Of the deal.
    here : Snapshot
        What this lab has trained of them.
    found : Elsewhere
        The same with results of students' own labs.
    """
    trained = {member.run.id: member for member in here.members}
    shown = {member.run.id: member for member in found.now.members}
    made = []
    for part in parts:
        own = part.run_id in found.counted
        member = trained.get(part.run_id) if own and part.is_begun else shown.get(part.run_id)
        style, said = _state(part, member)
        lines = [said, "again here" if part.is_begun else "own lab"] if own else [said]
        spans = "".join(f"<span>{escape(line)}</span>" for line in lines)
        made.append(f'<li class="{style}{" own" * own}"><b>{escape(part.label)}</b>{spans}</li>')
    return f'<ul class="deal" aria-label="{escape(kind.word)} of each run">{"".join(made)}</ul>{_STYLE}'


def _state(part: Part, member: MemberSnapshot | None) -> tuple[str, str]:
    """A style, and a word."""
    if member is None:
        return "gone", "deleted"
    if part.is_free:
        return "idle", "held" if part.n_holders else "nobody"
    if member.accuracy is not None:
        return "done", f"{member.accuracy:.1%}"
    name = member.status.name
    return ("runs", f"{member.share:.0%}") if name == "running" else ("waits", "waits" if name == "queued" else name)


_STYLE = """<style>
.deal { display: grid; grid-template-columns: repeat(auto-fill, minmax(5.4rem, 1fr)); gap: 0.4rem;
  list-style: none; margin: 0 !important; padding: 0 !important; }
.deal li { display: grid; margin: 0 !important; padding: 0.2rem 0.3rem; border-radius: 0.4rem;
  text-align: center; line-height: 1.25; border: 2px dashed color-mix(in srgb, currentColor 45%, transparent); }
.deal span { font-size: 0.875rem; font-variant-numeric: tabular-nums; }
.deal .waits, .deal .runs { border-style: solid; }
.deal .runs { border-color: light-dark(#a34700, #f0a35e); }
.deal .done { border: 2px solid light-dark(#0d8266, #7fdcbb); background: light-dark(#e3f2ec, #16372d); }
.deal .own { border-style: double; border-width: 4px; background: none; }
</style>"""
