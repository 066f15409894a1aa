"""Rationing as a decision: who comes first, what is kept for them in each pool, their head start, and their own stock.

``classes`` says who shares what; ``alternatives`` are the scenarios to choose from; ``exact`` judges a pool by formula
where one holds; ``choice`` selects by simulation with a stated probability of correct selection.
"""
