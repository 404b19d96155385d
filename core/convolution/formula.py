"""The size of a map as a formula."""

from core.convolution.walkthrough import Axis


def size_formula(axis: Axis, size: str = "H") -> str:
    """The output size as LaTeX, in symbols and with the numbers put in; no term for padding 0 or dilation 1.

    Parameters
    ----------
    axis : Axis
    size : str
        The symbol of the image's size.
    """
    parts = [(size, str(axis.size))]
    if axis.before == axis.after != 0:
        parts.append((" + 2p", rf" + 2 \cdot {axis.before}"))
    elif axis.before or axis.after:
        parts.append((" + p_1 + p_2", f" + {axis.before} + {axis.after}"))
    if axis.dilation == 1:
        parts.append((" - k", f" - {axis.window}"))
    else:
        parts.append((" - d (k - 1) - 1", rf" - {axis.dilation} \cdot ({axis.window} - 1) - 1"))
    symbols, numbers = ("".join(part) for part in zip(*parts, strict=True))
    return f"{_rounded(axis, symbols, 's')} = {_rounded(axis, numbers, str(axis.stride))} = {axis.count}"


def _rounded(axis: Axis, room: str, stride: str) -> str:
    left, right = (r"\lceil", r"\rceil") if axis.partial else (r"\lfloor", r"\rfloor")
    return rf"\left{left} \frac{{{room}}}{{{stride}}} \right{right} + 1"
