//! Puts the rows of the queries together into one [`Observed`].

use std::collections::{BTreeMap, BTreeSet};

use dormer_core::model::name::ObjectName;
use dormer_core::model::observed::dependency::{Columns, FunctionName, Read, Reader};
use dormer_core::model::observed::grant::Grants;
use dormer_core::model::observed::relation::{
    Column, ColumnValue, MARKER_PREFIX, Ownership, OwningColumn, Persistence, Relation,
    RelationKind, RowSecurity, Sight,
};
use dormer_core::model::observed::{Body, Function, Observed, Schema, Unseen};
use tokio_postgres::{Error, Row};

use super::cells::Cells;
use super::closure::{Bond, Edge, Node, Use};

/// A schema of the scope, with the relations in it.
pub(super) struct SeenSchema {
    pub(super) id: u32,
    name: String,
    schema: Schema,
    pub(super) relations: Vec<u32>,
}

/// What the second round brought, by the ids of the catalog.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) schemas: BTreeMap<u32, (String, Schema)>,
    /// Boxed, because a map moves what it holds, and leaves room for more of it.
    pub(super) relations: BTreeMap<u32, (ObjectName, Box<Relation>)>,
    pub(super) functions: BTreeMap<u32, (FunctionName, Function)>,
    /// The numbers of columns, in their order, where they are not 1, 2, 3: one was dropped.
    numbers: BTreeMap<u32, Vec<i16>>,
    pub(super) observed: Observed,
}

pub(super) fn schema(row: &Row) -> Result<SeenSchema, Error> {
    let mut cells = Cells::of(row);
    Ok(SeenSchema {
        id: cells.next()?,
        name: cells.next()?,
        schema: Schema {
            owner: cells.next()?,
            comment: cells.next()?,
            grants: grants(cells.next()?),
        },
        relations: cells.next()?,
    })
}

/// A list that is not NULL may be empty; its rows come by another query.
fn grants(null: bool) -> Grants {
    if null {
        Grants::Default
    } else {
        Grants::Listed(BTreeSet::new())
    }
}

impl Seen {
    pub(super) fn of(schemas: Vec<SeenSchema>) -> Self {
        let schemas = schemas.into_iter();
        Self {
            schemas: schemas
                .map(|schema| (schema.id, (schema.name, schema.schema)))
                .collect(),
            ..Self::default()
        }
    }

    /// The picture, once all rows are in it.
    pub(super) fn observed(mut self, edges: Vec<Edge>) -> Observed {
        self.parents(&edges);
        for edge in &edges {
            self.dependency(edge);
        }
        drop(edges);
        let mut observed = self.observed;
        observed.schemas = self.schemas.into_values().collect();
        let relations = self.relations.into_values();
        observed.relations = relations
            .map(|(name, relation)| (name, *relation))
            .collect();
        observed.functions = self.functions.into_values().collect();
        observed
    }

    /// Says that something of a relation stands behind a lock.
    pub(super) fn locked(&mut self, id: u32) {
        if let Some((name, relation)) = self.relations.get_mut(&id) {
            relation.sight = Sight::Locked;
            self.observed.unseen.insert(Unseen::Locked(name.clone()));
        }
    }

    pub(super) fn relation_mut(&mut self, id: u32) -> Option<&mut Relation> {
        let (_, relation) = self.relations.get_mut(&id)?;
        Some(relation)
    }

    pub(super) fn relation(&mut self, row: &Row) -> Result<(), Error> {
        let mut cells = Cells::of(row);
        let id = cells.next()?;
        let (schema, name): (String, String) = (cells.next()?, cells.next()?);
        let name = ObjectName::new(&schema, &name);
        let (letter, partition) = (cells.letter()?, cells.next()?);
        let Some(kind) = kind(letter, partition) else {
            return Ok(());
        };
        let persistence = match cells.letter()? {
            'u' => Persistence::Unlogged,
            't' => Persistence::Temporary,
            _ => Persistence::Permanent,
        };
        let owner = cells.next()?;
        let ownership = ownership(cells.next()?);
        let (locked, known): (bool, bool) = (cells.next()?, cells.next()?);
        let definition: Option<String> = cells.next()?;
        let queried = matches!(kind, RelationKind::View | RelationKind::MaterializedView);
        if queried && definition.is_none() && !locked && !known {
            // It was dropped after the snapshot was taken.
            return Ok(());
        }
        if locked {
            self.observed.unseen.insert(Unseen::Locked(name.clone()));
        }
        let comment = cells.next()?;
        let marker: Option<String> = cells.next()?;
        let version = cells.next()?;
        let options = cells.options()?;
        let grants = grants(cells.next()?);
        let row_security = match cells.letter()? {
            'f' => RowSecurity::Forced,
            'o' => RowSecurity::On,
            _ => RowSecurity::Off,
        };
        let relation = Relation {
            kind,
            persistence,
            owner,
            ownership,
            columns: Vec::new(),
            sight: match (locked, known) {
                (true, _) => Sight::Locked,
                (false, true) => Sight::Known,
                (false, false) => Sight::Whole,
            },
            definition,
            comment,
            marker: marker.filter(|text| text.starts_with(MARKER_PREFIX)),
            version,
            options,
            grants,
            indexes: BTreeMap::new(),
            triggers: BTreeMap::new(),
            rules: BTreeMap::new(),
            policies: BTreeMap::new(),
            row_security,
            statistics: BTreeMap::new(),
            publications: BTreeSet::new(),
            parents: Vec::new(),
            partition_bound: cells.next()?,
            owned_by: None,
            extension: cells.next()?,
            tablespace: cells.next()?,
            access_method: cells.next()?,
            populated: cells.next()?,
            bytes: cells.count()?,
            estimated_rows: cells.count()?,
        };
        self.relations.insert(id, (name, Box::new(relation)));
        Ok(())
    }

    pub(super) fn column(&mut self, row: &Row) -> Result<(), Error> {
        let mut cells = Cells::of(row);
        let id: u32 = cells.next()?;
        if cells.next()? {
            self.locked(id);
        }
        let number: i16 = cells.next()?;
        let name: String = cells.next()?;
        let (type_name, not_null) = (cells.next()?, cells.next()?);
        let text: Option<String> = cells.next()?;
        let value = match (cells.letter()?, cells.letter()?, text) {
            ('s', _, Some(text)) => ColumnValue::GeneratedStored(text),
            ('v', _, Some(text)) => ColumnValue::GeneratedVirtual(text),
            (_, 'a', _) => ColumnValue::IdentityAlways,
            (_, 'd', _) => ColumnValue::IdentityByDefault,
            (_, _, Some(text)) => ColumnValue::Default(text),
            (_, _, None) => ColumnValue::None,
        };
        let collation_schema: Option<String> = cells.next()?;
        let collation: Option<String> = cells.next()?;
        let collation = collation_schema
            .zip(collation)
            .map(|(schema, name)| ObjectName::new(&schema, &name));
        let column = Column {
            name,
            type_name,
            not_null,
            value,
            collation,
            comment: cells.next()?,
            statistics_target: cells.next()?,
            options: cells.options()?,
            storage: cells.optional_letter()?.and_then(storage),
            grants: BTreeSet::new(),
        };
        let Some(relation) = self.relation_mut(id) else {
            return Ok(());
        };
        // There are many relations, and each has few columns.
        relation.columns.reserve_exact(1);
        relation.columns.push(column);
        let count = relation.columns.len();
        match self.numbers.get_mut(&id) {
            Some(numbers) => numbers.push(number),
            None if usize::try_from(number) == Ok(count) => {}
            None => {
                let before = (1..).take(count.saturating_sub(1));
                self.numbers.insert(id, before.chain([number]).collect());
            }
        }
        Ok(())
    }

    pub(super) fn function(&mut self, row: &Row) -> Result<(), Error> {
        let mut cells = Cells::of(row);
        let id = cells.next()?;
        let (schema, name): (String, String) = (cells.next()?, cells.next()?);
        let name = FunctionName {
            name: ObjectName::new(&schema, &name),
            arguments: cells.next()?,
        };
        let owner = cells.next()?;
        let ownership = ownership(cells.next()?);
        let body = if cells.next()? {
            Body::Bound
        } else {
            Body::Text
        };
        if cells.next()? {
            let locked = Unseen::LockedFunction(name.clone());
            self.observed.unseen.insert(locked);
        }
        let function = Function {
            owner,
            ownership,
            body,
            definition: cells.next()?,
            settings: cells.options()?,
            comment: cells.next()?,
            extension: cells.next()?,
            grants: grants(cells.next()?),
        };
        self.functions.insert(id, (name, function));
        Ok(())
    }

    /// Inheritance, in the order in which columns are merged.
    fn parents(&mut self, edges: &[Edge]) {
        let mut ties: Vec<(u32, i32, u32)> = Vec::new();
        for edge in edges {
            if let (Bond::Inherits, Node::Relation(child), Node::Relation(parent)) =
                (edge.bond, edge.reader, edge.read)
            {
                let place = edge.columns.first().copied();
                ties.push((child, place.unwrap_or(0), parent));
            }
        }
        ties.sort_unstable();
        for (child, _, parent) in ties {
            let Some(name) = self.name(parent) else {
                continue;
            };
            if let Some(relation) = self.relation_mut(child) {
                relation.parents.push(name);
            }
        }
    }

    fn name(&self, id: u32) -> Option<ObjectName> {
        self.relations.get(&id).map(|(name, _)| name.clone())
    }

    /// Whether the definition of a reader was known to whoever asked.
    fn is_known(&self, reader: Node) -> bool {
        let Node::Relation(id) = reader else {
            return false;
        };
        let relation = self.relations.get(&id);
        relation.is_some_and(|(_, relation)| relation.sight == Sight::Known)
    }

    /// The name of a column; none for a relation as a whole.
    fn column_name(&self, id: u32, number: i32) -> Option<&str> {
        let (_, relation) = self.relations.get(&id)?;
        let at = match self.numbers.get(&id) {
            Some(numbers) => numbers
                .iter()
                .position(|known| i32::from(*known) == number)?,
            None => usize::try_from(number).ok()?.checked_sub(1)?,
        };
        relation.columns.get(at).map(|column| column.name.as_str())
    }

    fn function_name(&self, id: u32) -> Option<FunctionName> {
        self.functions.get(&id).map(|(name, _)| name.clone())
    }

    /// Takes a tie down where both of its ends are in the picture.
    fn dependency(&mut self, edge: &Edge) {
        let (read, columns) = match edge.read {
            Node::Function(id) => (
                self.function_name(id).map(Read::Function),
                Columns::default(),
            ),
            Node::Relation(id) => {
                // Whoever knows what the query of the reader is knows what that reads.
                let numbers = match self.is_known(edge.reader) {
                    true => &[],
                    false => edge.columns.as_slice(),
                };
                let columns = numbers.iter();
                let columns = columns.filter_map(|number| self.column_name(id, *number));
                let read = self.name(id).map(match edge.by {
                    Use::Rows => Read::Relation,
                    Use::RowType => Read::RowType,
                });
                (read, columns.map(str::to_owned).collect())
            }
        };
        let reader = match edge.reader {
            Node::Function(id) => self.function_name(id).map(Reader::Function),
            Node::Relation(id) => {
                let name = edge.name.clone();
                self.name(id).and_then(|on| match edge.bond {
                    Bond::Query | Bond::Function => Some(Reader::Relation(on)),
                    Bond::Rule => Some(Reader::Rule { on, name }),
                    Bond::Policy => Some(Reader::Policy { on, name }),
                    Bond::Default => Some(Reader::Default {
                        of: on,
                        column: name,
                    }),
                    Bond::Column => Some(Reader::Column {
                        of: on,
                        column: name,
                    }),
                    Bond::Owned | Bond::Inherits => None,
                })
            }
        };
        if let (Bond::Owned, Node::Relation(sequence), Some(Read::Relation(table)), Some(column)) =
            (edge.bond, edge.reader, &read, columns.first())
        {
            let owner = OwningColumn {
                table: table.clone(),
                column: column.clone(),
            };
            if let Some(relation) = self.relation_mut(sequence) {
                relation.owned_by = Some(owner);
            }
        }
        if let (Some(reader), Some(read)) = (reader, read) {
            let reads = self.observed.dependencies.entry(reader).or_default();
            reads.entry(read).or_default().extend(columns);
        }
    }
}

fn kind(letter: char, partition: bool) -> Option<RelationKind> {
    Some(match (letter, partition) {
        ('r', false) => RelationKind::Table,
        ('r', true) => RelationKind::Partition,
        ('p', _) => RelationKind::PartitionedTable,
        ('f', _) => RelationKind::ForeignTable,
        ('v', _) => RelationKind::View,
        ('m', _) => RelationKind::MaterializedView,
        ('S', _) => RelationKind::Sequence,
        _ => return None,
    })
}

fn storage(letter: char) -> Option<String> {
    let word = match letter {
        'p' => "plain",
        'e' => "external",
        'm' => "main",
        'x' => "extended",
        _ => return None,
    };
    Some(word.to_owned())
}

const fn ownership(held: bool) -> Ownership {
    if held {
        Ownership::Held
    } else {
        Ownership::Foreign
    }
}
