"""The what-if page of ``promiselab serve``: levers and numbers in tables, base and what-if side by side.

===================  =============================================================================
Module               Idea
===================  =============================================================================
``security``         who may ask, before anything is routed: Host, Origin, token, size, headers
``entrance``         the address that is opened, and the cookie that it is traded for
``server``           the socket on this machine, and the end of it
``what_if``          a scenario on the desk: changes by path, refused in its own words
``tables``           the numbers of a scenario as tables, from the fields of its model
``desks``            what each open tab holds
``files``            scenarios to pick, and what-ifs to save
``archive``          earlier runs and sweeps of the results folder
``jobs``             one piece of work at a time, others in a queue, stopped when their tab closes
``worker``           the process that does the work
``work``             what the work is: simulate and compare, or choose the offers
``layout``           the page before anything is known
``forms``            tables that can be edited
``views``            the right side: the scenario in words, a comparison, what is stored
``results``          chapters of the report on the page
``events``           what using something does to a desk
``callbacks``        the wires between the page and its desks
``page``             all of it as one application
===================  =============================================================================

The Python API does the work; the page only asks it. Nothing here is imported unless ``serve`` is called.
"""
