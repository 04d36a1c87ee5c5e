"""Readers of labelling tools' files, onto the input contract; see `scripts/load_labels.py`."""
