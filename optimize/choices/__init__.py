"""The choices of a decision: what else could be done, at what price, and when it would be wrong.

==================  ==========================================================================================
Module              Question
==================  ==========================================================================================
``sharing``         segments that share an offering, as one
``one_size``        the price of one-size-fits-all: the best choice with 1, 2, ... different offerings
``weighed``         what a design is weighed by besides its margin: service, stock, cost, emissions
``frontier``        margin against one of these
``reach``           columns that a choice of some worth may hold
``alternatives``    the most different designs that are expected to earn nearly as much
``outlooks``        the same choice under several demand scenarios
``robust``          one design for all of them: on average, in the worst of them, with the least regret
``boxes``           where in the space of uncertain inputs a design fails (PRIM)
==================  ==========================================================================================
"""
