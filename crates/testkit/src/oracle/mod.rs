//! The oracle: bodies of views, and what a real PostgreSQL says that each of them reads.
//!
//! The corpus lies in `oracle/`: a fixture schema, the columns of its relations, and bodies by
//! topic. A body becomes a view on a server; `pg_depend` and `pg_attribute` are then asked which
//! relations and columns it reads and what its columns are called, and Dormer is asked the same of
//! the text. **They must agree**; a difference that is not Dormer's to mend stands in `known.toml`
//! with its reason, and must be there exactly as it stands there.

mod catalog;
mod corpus;
mod generate;
mod known;
pub mod mutation;
pub mod shadow;
mod verdict;

pub use catalog::Catalog;
pub use corpus::{Body, bodies};
pub use generate::query as generated_query;
pub use known::{Known, KnownCase, Told};
pub use verdict::{Server, Verdict};
