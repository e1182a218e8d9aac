"""Personal data: how long what is kept of a closed case, and why some of it longer."""
