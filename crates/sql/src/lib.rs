//! SQL text, and nothing but text: floor 0 of the house.
//!
//! Text goes in, values with byte spans come out: statements ([`split`], [`parse`]), what a query
//! reads and which column comes from which ([`query`]), the canonical form and its hash
//! ([`canonical`]), and text with other names in the same places ([`rewrite`]).
//!
//! - **No input panics.** Whatever the bytes, the answer is values and [`Problem`]s with a place.
//! - **No silent miss.** What the parser does not understand is found by a token scan and said.
//! - **Pure.** No files, network, clock or environment.

pub mod canonical;
pub mod cursor;
pub mod dialect;
pub mod ident;
pub mod keyword;
pub mod lex;
pub mod parse;
pub mod problem;
pub mod query;
pub mod rewrite;
pub mod span;
pub mod split;
pub mod statement;

pub use canonical::Fingerprint;
pub use dialect::Dialect;
pub use ident::{Ident, Name, QualifiedName};
pub use problem::{Problem, ProblemKind};
pub use span::{LineIndex, Place, Span};
