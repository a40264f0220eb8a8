"""How unequally it is spread. One file an index; adding an index is adding a file."""
