"""Several Weft nodes on one machine: real daemons, real packets, in network namespaces.

Everything runs inside scripts/in-sandbox, which owns the namespaces; nothing here needs to clean up behind a
crash. Each wait has a condition and a deadline.
"""

from .cluster import Cluster
from .wait import wait_until

__all__ = ["Cluster", "wait_until"]
