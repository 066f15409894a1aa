"""The choices of a decision, from a scenario to an answer that is simulated, stored and shown.

==================  ==========================================================================================
Module              Idea
==================  ==========================================================================================
``answer``          an answer: words, exhibits (a table, perhaps with a chart), and the study behind it
``exhibit``         a table and its chart, as data
``storing``         an answer in a run folder
``chosen``          solutions of a choice as named designs
``propositions``    the price of one-size-fits-all
``frontiers``       margin against service, stock, cost or emissions
``alternatives``    the most different designs that earn nearly as much
``outlooks``        demand scenarios, from options and files
``robustness``      one design for all of them
``cases``           uncertain inputs, sampled and simulated
``failing``         what counts as failure
``failures``        when a design fails, in plain words
==================  ==========================================================================================
"""
