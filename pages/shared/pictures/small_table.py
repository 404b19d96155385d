"""A table of a few rows that is never cut: cells wrap, and where it is narrow each row becomes a list.

Streamlit's own table is a canvas that scrolls sideways without saying so. It serves long tables that are sorted; those
that are read from a slide are drawn here, as HTML.
"""

import html

import pandas as pd
import streamlit as st

from pages.shared.words.sealed import as_judged


def small_table(rows: pd.DataFrame | dict[str, list[str]], *, label: str) -> None:
    """Draw it; columns by their names, no index; ``label`` is what a screen reader calls it."""
    st.html(table_html(pd.DataFrame(rows), label=label))


def table_html(rows: pd.DataFrame, *, label: str) -> str:
    """The HTML; names and values are shown as they are, numbers with commas, at the right."""
    names = [html.escape(as_judged(str(name)), quote=True) for name in rows.columns]
    numbers = [pd.api.types.is_numeric_dtype(rows[column]) for column in rows.columns]
    heads = "".join(f'<th scope="col"{_end(n)}>{name}</th>' for name, n in zip(names, numbers, strict=True))
    body = "".join(
        "<tr>"
        + "".join(
            f'<td data-name="{name}"{_end(is_number)}>{html.escape(_told(value))}</td>'
            for name, is_number, value in zip(names, numbers, row, strict=True)
        )
        + "</tr>"
        for row in rows.itertuples(index=False)
    )
    of_width = f"of{len(names)}"  # tables of several widths stand on one page
    lists = _LISTS.replace("WIDTH", f"{_COLUMN * len(names):.1f}").replace(".few", f".few.{of_width}")
    return (
        f"{_STYLE}{lists}<div class='few {of_width}'><table aria-label=\"{html.escape(label, quote=True)}\">"
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _end(is_number: bool) -> str:
    return ' class="end"' if is_number else ""


def _told(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.6g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


_COLUMN = 4.9  # rem: where a table has less for each of its columns, a row is a list, each value behind its name
_STYLE = """<style>
.few{container-type:inline-size;margin-bottom:1rem}
.few table{border-collapse:collapse;width:100%;font-size:.95rem;line-height:1.35;font-variant-numeric:tabular-nums}
.few :is(th,td){text-align:left;padding:.35rem .6rem;border:0;vertical-align:top;overflow-wrap:break-word;
border-bottom:1px solid color-mix(in srgb,currentColor 18%,transparent)}
.few th{font-weight:600}.few .end{text-align:right}
.few tbody tr:hover{background:color-mix(in srgb,currentColor 6%,transparent)}
</style>"""
_LISTS = """<style>@container (max-width:WIDTHrem){
.few thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.few :is(table,tbody,tr){display:block}
.few tr{padding:.4rem 0;border-bottom:1px solid color-mix(in srgb,currentColor 30%,transparent)}
.few td,.few td.end{display:grid;grid-template-columns:minmax(6rem,42%) 1fr;gap:.6rem;text-align:left;border:0;
padding:.12rem 0}
.few td::before{content:attr(data-name);opacity:.82}
}
</style>"""
