"""Targets that a thumb hits: 44 pixels."""

FOR_THUMBS = """<style>
[data-testid="stMain"] :is(button, summary, input, [data-testid="stLinkButton"] a):not(
  [data-testid="stTooltipIcon"] button) { min-height: 2.75rem; }
[data-testid="stMain"] [data-testid="stTextInputRootElement"] { height: auto; min-height: 2.75rem; }
</style>"""
