"""Room `run`: carries out the steps of one run, times them, and publishes the results in one move.

The runner knows order, safety and time, never a formula. It works on an injected
:class:`werkzorg.run.steps.Steps`, so that its faults can be tested without a sampler.
"""
