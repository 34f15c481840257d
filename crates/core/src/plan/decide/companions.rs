//! Comments, grants, indexes, owner and options of an object that stands: compared one by one, altered
//! in place, never a reason to build.

use super::worn::{self, Worn};
use super::{Deciding, reason};
use crate::engine::step::Deed;
use crate::model::object::Object;
use crate::plan::change::{Reason, ReasonKind};
use crate::plan::decision::How;
use crate::plan::drift::companions::{self, Difference, Standing};

/// What has to be altered, and why; none where nothing differs.
pub(super) fn decide(deciding: &mut Deciding<'_>, object: &Object) -> Option<(How, Vec<Reason>)> {
    let found = differences(deciding, object)?;
    if found.is_empty() {
        return None;
    }
    let texts = found
        .iter()
        .filter_map(|difference| difference.text.clone());
    let reasons = texts.map(|text| reason(ReasonKind::PropertyChanged, text));
    let reasons = reasons.collect();
    let record = deciding.input.record(&object.name);
    let how = How::Alter {
        generation: record.map(|record| record.generation.clone()),
        new_generation: deciding.generation(&object.name),
        deeds: found
            .into_iter()
            .map(|difference| difference.deed)
            .collect(),
    };
    Some((how, reasons))
}

/// The deeds alone, for an object that changes in place for another reason.
pub(super) fn deeds(deciding: &mut Deciding<'_>, object: &Object) -> Vec<Deed> {
    let found = differences(deciding, object).unwrap_or_default();
    // A new definition brings its own options.
    let deeds = found.into_iter().map(|difference| difference.deed);
    deeds
        .filter(|deed| !matches!(deed, Deed::Options { .. }))
        .collect()
}

fn differences(deciding: &mut Deciding<'_>, object: &Object) -> Option<Vec<Difference>> {
    let input = deciding.input;
    let relation = input.observed.relations.get(&object.name)?;
    let worn: Worn = worn::declared(deciding.input, &deciding.index_names, object);
    let recorded = input
        .record(&object.name)
        .map(|record| record.companions.clone());
    let standing = Standing {
        name: &object.name,
        relation,
        recorded: &recorded.unwrap_or_default(),
        queried: worn::has_query(object),
    };
    Some(companions::differences(input, &standing, &worn))
}
