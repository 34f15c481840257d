//! The cells of one row, taken from left to right as the query names them.

use std::collections::{BTreeMap, BTreeSet};

use tokio_postgres::types::FromSql;
use tokio_postgres::{Error, Row};

/// The cells of a row that were not taken yet.
pub(in crate::postgres) struct Cells<'r> {
    row: &'r Row,
    at: usize,
}

impl<'r> Cells<'r> {
    pub(in crate::postgres) const fn of(row: &'r Row) -> Self {
        Self { row, at: 0 }
    }

    pub(in crate::postgres) fn next<T: FromSql<'r>>(&mut self) -> Result<T, Error> {
        let at = self.at;
        self.at += 1;
        self.row.try_get(at)
    }

    /// The one-letter codes of the catalog.
    pub(super) fn letter(&mut self) -> Result<char, Error> {
        Ok(self.optional_letter()?.unwrap_or('\0'))
    }

    pub(super) fn optional_letter(&mut self) -> Result<Option<char>, Error> {
        let byte: Option<i8> = self.next()?;
        Ok(byte.map(|byte| char::from(byte.to_ne_bytes()[0])))
    }

    /// Options as the catalog keeps them: `name=value`.
    pub(super) fn options(&mut self) -> Result<BTreeMap<String, String>, Error> {
        let options: Option<Vec<String>> = self.next()?;
        let pair = |option: String| match option.split_once('=') {
            Some((name, value)) => (name.to_owned(), value.to_owned()),
            None => (option, String::new()),
        };
        Ok(options.into_iter().flatten().map(pair).collect())
    }

    pub(super) fn names(&mut self) -> Result<BTreeSet<String>, Error> {
        let names: Option<Vec<String>> = self.next()?;
        Ok(names.into_iter().flatten().collect())
    }

    /// A count; less than nothing counts as not known.
    pub(in crate::postgres) fn count(&mut self) -> Result<Option<u64>, Error> {
        let count: Option<i64> = self.next()?;
        Ok(count.and_then(|count| u64::try_from(count).ok()))
    }
}
