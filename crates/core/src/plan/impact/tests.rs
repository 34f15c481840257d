//! Impact on small targets.
