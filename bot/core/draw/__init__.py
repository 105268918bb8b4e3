"""A script as a picture: a pure function from a script to the text of an SVG."""
