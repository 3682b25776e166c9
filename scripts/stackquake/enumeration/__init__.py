"""Every small nest there is, with a copy and a collection at each of its safepoints."""
