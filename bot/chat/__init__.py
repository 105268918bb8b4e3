"""All that imports ``telegram``: what comes in, what goes out, and what people see."""
