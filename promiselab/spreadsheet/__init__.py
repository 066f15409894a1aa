"""Results as an Excel workbook: every table of a run folder on a sheet, and charts that Excel draws.

==============  ============================================================================
Module          Idea
==============  ============================================================================
``table``       a table of results: columns, rows, where it comes from
``records``     JSON documents of a run folder to tables
``files``       the files of a run folder to tables
``meanings``    what columns and measures mean
``cells``       a value as it stands in a cell: never a formula, never a link
``drawing``     charts of margins, promises and cost to serve
``book``        the workbook
==============  ============================================================================
"""
