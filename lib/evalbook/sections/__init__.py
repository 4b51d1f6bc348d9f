"""The sections 评价部分 of a report: one module for each notebook."""
