"""What the system does, one file per verb: load, decide with the domain, save, then tell the outside world."""
