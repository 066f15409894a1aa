"""What can be promised to each segment at a design, judged by the simulation, with demand reacting to the promise.

``kept`` says what it takes to claim that a promise is kept; ``sighting`` is what is seen of a replication; ``settling``
and ``shortest`` find promises that hold when demand reacts to them; ``limiting`` finds what stands in the
way; ``finding`` does all that for one ``answer``.
"""
