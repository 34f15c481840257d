//! What a materialized view sees through the plain views that it reads: their queries run as a
//! part of its own.

use std::collections::BTreeMap;

use dormer_sql::Span;

use super::{Context, reading};
use crate::diagnostic::Location;
use crate::model::kind::ObjectKind;
use crate::model::name::ObjectName;
use crate::model::object::Object;

/// The first thing of its sort in every plain view that holds one, itself or through plain views
/// below it.
pub(super) struct Below<'a, T> {
    of: BTreeMap<&'a ObjectName, (T, Location)>,
}

impl<'a, T: Copy> Below<'a, T> {
    /// Asks every plain view once, from the ground.
    pub(super) fn of(context: &Context<'a>, own: impl Fn(&'a Object) -> Option<(T, Span)>) -> Self {
        let objects = &context.project.catalog.objects;
        let mut of: BTreeMap<&'a ObjectName, (T, Location)> = BTreeMap::new();
        for name in context.graph.order() {
            let view = objects
                .get(name)
                .filter(|object| object.kind == ObjectKind::View);
            let Some(view) = view else { continue };
            let own = own(view).map(|(what, span)| (what, view.location(span)));
            let reads = context.graph.reads.get(name).into_iter().flatten();
            let found = own.or_else(|| reads.filter_map(|read| of.get(read)).next().cloned());
            if let Some(found) = found {
                of.insert(name, found);
            }
        }
        Self { of }
    }

    /// The first plain view that the object reads and that holds such a thing: where it is read,
    /// what it is, and where that stands.
    pub(super) fn read_by(&self, object: &Object) -> Option<(Span, T, &Location)> {
        if self.of.is_empty() {
            return None;
        }
        let mut reads = reading::read_by_definition(object);
        reads.find_map(|written| {
            let (what, at) = self.of.get(&ObjectName::of(written))?;
            Some((written.span, *what, at))
        })
    }
}
