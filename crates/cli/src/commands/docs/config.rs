//! The reference of `dormer.toml` and its JSON schema.
