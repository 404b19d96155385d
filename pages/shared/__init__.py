"""Widgets that pages share. Only here, in the pages and in app.py is Streamlit imported."""
