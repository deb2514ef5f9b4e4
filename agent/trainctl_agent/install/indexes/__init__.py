"""Where packages come from: what is set for pip holds where uv installs, and the other way round."""
