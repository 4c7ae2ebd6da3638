"""The rules, pure: no AWS, no environment, no clock, no chance. Times and ids come in as arguments."""
