"""What Altair's charts are called in annotations."""

import altair as alt

Chart = alt.LayerChart | alt.FacetChart  # what Altair says that layering returns; it is always the first here
