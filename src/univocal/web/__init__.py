"""The coding workspace: a study in the browser, on this machine's loopback address."""
