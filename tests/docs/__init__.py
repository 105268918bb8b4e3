"""The pages say what is so: links, names, tables and the worked example are held to the code."""
