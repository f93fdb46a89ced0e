"""A library's photos as a grid by month: columns kept in memory, and which of them a filter lets through."""
