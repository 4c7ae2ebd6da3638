def report() -> None:
    """To come."""
