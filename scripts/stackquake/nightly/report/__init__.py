"""What is told of a night: a page for people, a summary for CI, and two forms for programs."""
