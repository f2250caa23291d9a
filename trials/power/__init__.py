"""Whether rigs that hang are healed by their plugs, and no other rig is touched."""
