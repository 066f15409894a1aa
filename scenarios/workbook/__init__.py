"""Scenarios as Excel workbooks: out to a planner's desk and back without loss.

=============  =============================================================================
Module         Idea
=============  =============================================================================
``scheme``     which sheets and columns the model has
``cells``      a value as it stands in a cell, and back
``spreading``  plain data to the rows of the sheets
``gathering``  rows of the sheets to plain data, each value with its cell
``header``     which row of a sheet names the columns, and which columns they are
``wording``    what sheets and columns mean, in words for people
``archive``    what a workbook is as a file, and how large it may be
``opening``    a workbook as openpyxl reads it
``reading``    files in
``writing``    files out
``layout``     how a sheet looks
``texts``      texts and numbers that a workbook keeps exactly
=============  =============================================================================
"""
