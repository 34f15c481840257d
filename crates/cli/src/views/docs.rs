//! A page of text that is its own format: a script, a reference page.

use std::fmt;

use serde::Serialize;

/// The page.
#[derive(Debug, Serialize)]
pub(crate) struct Page {
    pub(crate) text: String,
}

impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
