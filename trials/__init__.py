"""Long runs beside a simulated farm: whether the integration keeps its promises."""
