//! What the parser reads out of heads, as tables.
