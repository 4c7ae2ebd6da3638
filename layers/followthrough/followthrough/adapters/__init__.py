"""The outside world behind the use cases' ports. AWS's errors become the domain's own here."""
