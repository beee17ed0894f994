"""How the packaged model is made. Needs the `train` extra; nothing here is imported at run time."""
