"""The command line: one command a module. Modules of commands stay light; what they need is imported when they run."""
