"""A plan as one HTML file that prints on A4: no script, nothing from anywhere, and no address but the lab's links."""

from collections.abc import Iterable
from html import escape

from pages.teaching.links import Link
from pages.teaching.sheet import Ballot, Number, Part, Sheet


def printed(sheet: Sheet, lab: str) -> str:
    """The file.

    Parameters
    ----------
    sheet : Sheet
    lab : str
        The lab's address, with a slash at its end: the links of the file lead there.
    """
    body = [
        f"<h1>{escape(sheet.title)}</h1>",
        f"<p class='aim'>{escape(sheet.aim)}</p>",
        f"<p class='quiet'>{escape(sheet.pictures)}. Links lead to the lab at {escape(lab)}</p>",
        *(_part(part, lab) for part in sheet.parts),
        *(["<h2>If the class is ahead</h2>"] if sheet.ahead else []),
        *(_part(part, lab) for part in sheet.ahead),
        f"<h2>If the network is down</h2><p>{escape(sheet.offline)}</p>",
    ]
    return _PAGE.replace("TITLE", escape(sheet.title)).replace("BODY", "\n".join(body))


def _part(part: Part, lab: str) -> str:
    when = f"<span class='when'>{escape(part.when)}</span> " if part.when else ""
    told = [f"<h3>{when}{escape(part.title)}</h3>", f"<p>{escape(part.do)}</p>"]
    if part.ask:
        told.append(f"<p class='ask'>{escape(part.ask)}</p>")
    links = [_link(link, link.told, lab) for link in part.links]
    told.append(_list([*links, *(_link(link, f"{link.told}: as trained before", lab) for link in part.trained)]))
    told += [_ballot(ballot) for ballot in part.ballots]
    for note, numbers in part.known:
        told.append(f"<p>{escape(note)}:</p>{_list(map(_number, numbers))}")
    missing = [f"<span class='quiet'>{escape(part.unknown)}</span>"] if part.unknown else []
    told.append(_list([*missing, *map(escape, part.times)]))
    if part.slow:
        told.append(f"<p class='slow'><b>If the machine is slow:</b> {escape(part.slow)}</p>")
    return f"<section>{''.join(told)}</section>"


def _link(link: Link, title: str, lab: str) -> str:
    return f"<a href='{escape(lab + link.path)}'>{escape(title)}</a> · {escape(link.where)}"


def _number(number: Number) -> str:
    return f"{escape(number.name)}: <b>{escape(number.value)}</b>"


def _ballot(ballot: Ballot) -> str:
    rows = []
    for answer in ballot.answers:
        if answer.is_right:
            rows.append(f"<b>{answer.letter} {escape(answer.text)} ✓</b> {escape(ballot.why)}")
        else:
            rows.append(
                f"<b>{answer.letter}</b> {escape(answer.text)}: {escape(answer.thought)} "
                f"<span class='quiet'>({escape(answer.source)})</span>"
            )
    return f"<div class='vote'><p><b>Vote:</b> {escape(ballot.question)}</p>{_list(rows)}</div>"


def _list(rows: Iterable[str]) -> str:
    items = "".join(f"<li>{row}</li>" for row in rows)
    return f"<ul>{items}</ul>" if items else ""


_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>TITLE</title>
<style>
:root { color-scheme: light dark; }
body { font: 15px/1.45 system-ui, sans-serif; max-width: 46rem; margin: 1.5rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin: 0 0 0.3rem; }
h2 { font-size: 1.2rem; margin: 1.4rem 0 0.4rem; }
h3 { font-size: 1.05rem; margin: 0 0 0.2rem; }
p, ul { margin: 0.25rem 0; }
ul { padding-left: 1.2rem; }
section { border-top: 1px solid light-dark(#b9c4c0, #46554f); padding: 0.6rem 0; }
a { color: light-dark(#0b5c49, #7fdcbb); overflow-wrap: anywhere; }
.when { font-variant-numeric: tabular-nums; border: 1px solid currentColor; border-radius: 0.3rem; padding: 0 0.35rem; }
.aim { font-weight: 600; }
.quiet { color: light-dark(#4d5a55, #a9b6b1); }
.ask { font-weight: 600; font-style: italic; }
.vote { border-left: 3px solid light-dark(#0d8266, #7fdcbb); margin: 0.4rem 0; padding-left: 0.7rem; }
.vote ul { list-style: none; padding-left: 0; }
@page { size: A4; margin: 16mm 15mm; }
@media print {
  :root { color-scheme: light; }
  body { font-size: 10.5pt; max-width: none; margin: 0; padding: 0; }
  .vote, li { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  a { color: inherit; }
}
</style>
</head>
<body>
BODY
</body>
</html>
"""
