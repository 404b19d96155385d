"""The ground: folders, files, owners, errors, places in the code, words, this machine, processes, background work."""
