"""What runs on a laptop: the command line, the local server, and the local stack behind both."""
