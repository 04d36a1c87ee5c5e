"""What a server says that cannot be had here."""


class Missing(Exception):
    """An engine is not installed, and cannot be installed or built from here."""
