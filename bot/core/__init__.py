"""The pure core: no input or output, no clock, no chance; the standard library and pydantic."""
