"""Readers of labelling tools' files, onto the input contract. `scripts/load_labels.py` is their command line."""
