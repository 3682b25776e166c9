"""Which lines of the sources runs reach, measured by clang's source-based coverage."""
