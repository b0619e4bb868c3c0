"""The product as a whole: settings, the command line and the runner."""
