"""What a run would do, told before it is made: what it reads, which passages meet, what it costs."""

from cleanse.estimate.cost import Cost, expected_cost
from cleanse.estimate.curve import Curve, s_curve
from cleanse.estimate.survey import Kind, Survey, survey

__all__ = ["Cost", "Curve", "Kind", "Survey", "expected_cost", "s_curve", "survey"]
