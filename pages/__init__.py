"""One thin page a question; Streamlit finds them by their file names."""
