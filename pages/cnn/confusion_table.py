"""The confusion matrix as a small table: quicker to draw again and again than a chart."""

import html

import numpy as np
import streamlit as st


def confusion_table(matrix: np.ndarray, names: tuple[str, ...]) -> None:
    """Draw it."""
    st.html(table_html(matrix, names))


def table_html(matrix: np.ndarray, names: tuple[str, ...]) -> str:
    """Rows are true classes; a cell is the greener the larger its share of the row. Names are shown as they are."""
    totals = np.maximum(1, matrix.sum(axis=1))
    rows = "".join(
        f'<tr><th scope="row">{html.escape(name)}</th>'
        + "".join(
            f'<td style="--share:{100 * n / totals[true]:.0f}%">{n if n else ""}</td>' for n in matrix[true].tolist()
        )
        + "</tr>"
        for true, name in enumerate(names)
    )
    heads = "".join(f'<th scope="col"><span>{html.escape(name)}</span></th>' for name in names)
    return (
        "<style>.matrix{overflow:auto;max-height:26rem;padding-right:16px}"
        ".matrix table{border-collapse:collapse;font-size:.8rem;width:100%;max-width:30rem;table-layout:fixed}"
        ".matrix td{height:25px;padding:0;text-align:center;border:1px solid "
        "color-mix(in srgb,currentColor 15%,transparent);"
        "background:color-mix(in srgb,#1f9e77 calc(var(--share) * 0.6),transparent)}"
        ".matrix thead td{border:0;width:4.4rem}"
        ".matrix th{font-weight:400;text-align:right;padding:0 6px 0 0;border:0;max-width:5rem;overflow:hidden;"
        "text-overflow:ellipsis;white-space:nowrap}.matrix thead th{height:56px;vertical-align:bottom;padding:0;"
        "max-width:26px;overflow:visible}.matrix thead span{display:block;width:26px;transform:rotate(-50deg);"
        "transform-origin:left bottom;text-align:left;margin-left:12px}</style>"
        '<div class="matrix" role="group" tabindex="0" aria-label="Confusion matrix: rows are true classes">'
        f"<table><thead><tr><td></td>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
