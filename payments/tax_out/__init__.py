"""What goes out to the tax bureau, and its list of people beside ours."""
