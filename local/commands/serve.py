def serve() -> None:
    """To come."""
