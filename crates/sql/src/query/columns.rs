//! Columns outside the query, and ordered sets of them.
//!
//! **A set is one piece of memory of its exact size:** a project holds some ten of them for each
//! object, most with one column or two.

use std::slice;

use super::RelationPath;
use crate::ident::Name;

/// A column of a relation outside the query.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BaseColumn {
    pub relation: RelationPath,
    pub column: Name,
}

/// Columns in order, each once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ColumnSet(Box<[BaseColumn]>);

impl ColumnSet {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    #[must_use]
    pub fn first(&self) -> Option<&BaseColumn> {
        self.0.first()
    }

    #[must_use]
    pub fn contains(&self, column: &BaseColumn) -> bool {
        self.0.binary_search(column).is_ok()
    }

    pub fn iter(&self) -> slice::Iter<'_, BaseColumn> {
        self.0.iter()
    }
}

impl FromIterator<BaseColumn> for ColumnSet {
    fn from_iter<I: IntoIterator<Item = BaseColumn>>(columns: I) -> Self {
        let mut columns: Vec<BaseColumn> = columns.into_iter().collect();
        columns.sort_unstable();
        columns.dedup();
        Self(columns.into())
    }
}

impl<'a> IntoIterator for &'a ColumnSet {
    type Item = &'a BaseColumn;
    type IntoIter = slice::Iter<'a, BaseColumn>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_kept_in_order_and_once() {
        let column = |name: &str| BaseColumn {
            relation: RelationPath::new([Name::new("t")]),
            column: name.into(),
        };
        let set: ColumnSet = ["b", "a", "b"].map(column).into_iter().collect();
        assert_eq!(
            set.iter().map(|c| c.column.as_str()).collect::<String>(),
            "ab"
        );
        assert!(set.contains(&column("b")) && !set.contains(&column("c")));
        assert_eq!((set.len(), set.first()), (2, Some(&column("a"))));
    }
}
