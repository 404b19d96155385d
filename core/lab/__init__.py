"""The ground: folders, files, owners, errors, places in the code, this machine, its processes, background work."""
