"""The shape of the compiled plan, written once: what `compile` makes, the cache keeps and `evaluate` runs.

Everything in a plan is a plain value that `marshal` stores: texts, numbers, tuples, lists and dicts. The types here say
which; they cost nothing when a plan is read, since a `TypedDict` is a dict.
"""
