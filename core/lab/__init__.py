"""The ground: folders, files, owners, errors, this machine, its processes, and work in the background."""
