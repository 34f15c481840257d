//! What is decided for each object, before it becomes steps.
//!
//! **All texts and names in a decision are final:** statements already name the shadows that they read
//! and the relation that they make.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Action, Reason, ReasonKind, Way};
use super::rename::Renames;
use super::{Refusal, Summary};
use crate::engine::hazard::{Hazard, Note};
use crate::engine::journal::{ObjectRecord, Record, RecordedCompanions};
use crate::engine::step::{Commented, Deed, Form, Physical, Privilege};
use crate::engine::{Generation, Marker};
use crate::model::name::ObjectName;
use crate::model::observed::relation::RelationKind;

/// Everything that was decided.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Decisions {
    /// By public name, declared objects and carried externals.
    pub objects: BTreeMap<ObjectName, Decision>,
    /// Schemas that have to be made.
    pub schemas: Vec<String>,
    /// What else is bound to a replaced relation and follows it in the cutover: functions, policies,
    /// rules. By the replaced object that they stand on.
    pub rebinds: Vec<Rebind>,
    /// The sets that are published together, by the objects of each.
    pub sets: BTreeMap<ObjectName, String>,
    /// Shadows of runs that will not go on: they are dropped first, readers before what they read.
    pub leftovers: Vec<ObjectRecord>,
    pub notes: Vec<Note>,
    pub hazards: Vec<Hazard>,
    pub refused: Vec<Refusal>,
    /// What was decided on: the fingerprints as observed, none for what must not exist.
    pub relied_on: BTreeMap<ObjectName, Option<String>>,
    /// Who is bound to what gets another identity.
    pub readers: BTreeMap<ObjectName, BTreeSet<String>>,
    /// What the journal believes to have a name and has not: it is told so with the first step.
    pub ended: Vec<Record>,
    pub summary: Summary,
    /// What gets another name before everything else.
    pub renames: Renames,
}

impl Decisions {
    /// What is not as the files say, by itself and not for what it reads.
    #[must_use]
    pub fn modified(&self) -> BTreeSet<ObjectName> {
        let differs = |decision: &&Decision| {
            let mut reasons = decision.reasons.iter();
            let own = reasons.any(|reason| reason.kind != ReasonKind::ReadsReplaced);
            own && matches!(
                decision.action,
                Action::Create | Action::Alter | Action::Replace | Action::Drop
            )
        };
        let modified = self.objects.values().filter(differs);
        let refused = self.refused.iter().map(|refusal| refusal.object.clone());
        modified
            .map(|decision| decision.object.clone())
            .chain(refused)
            .collect()
    }
}

/// What happens to one object: nothing to most of them, so what is large and seldom stands in boxes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    pub object: ObjectName,
    pub kind: RelationKind,
    /// Who it belongs to.
    pub own: Own,
    pub action: Action,
    pub reasons: Vec<Reason>,
    pub because: Vec<ObjectName>,
    pub how: How,
    /// What it reads in the new state of the target, by public name: the order of steps follows it.
    pub reads: Vec<ObjectName>,
}

/// Whose an object is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Own {
    /// The project's: what the journal will say of it.
    Declared(Box<Declaration>),
    /// The project's, and kept: the journal says of it already what it will say.
    Recorded,
    /// Nobody's that Dormer knows, or that of another project, whose journal rows follow.
    External { project: Option<String> },
}

/// What the journal remembers of a declared object once it is applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    pub fingerprint: String,
    pub declared: String,
    pub companions: RecordedCompanions,
}

/// How it is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum How {
    /// Nothing is done. Where the text changed without meaning anything else, the journal learns it
    /// with the next run that does something.
    Keep,
    /// It is made under its own name: nobody reads it before it is whole.
    Create(Box<New>),
    /// A shadow takes its name; `old` is what has it now, none for a new object that reads shadows.
    Swap { new: Box<New>, old: Option<Old> },
    /// It gets another query in the cutover, keeps its identity, and these deeds are done with it.
    Redefine {
        relation: Physical,
        form: Box<Form>,
        before: Box<Form>,
        with: Vec<Deed>,
        /// Its generation stays; none where the journal knows nothing of it.
        generation: Option<Generation>,
    },
    /// Its companions change where it stands. A table gets its new columns so, too.
    Alter {
        deeds: Vec<Deed>,
        /// The generation whose record learns of it; none for what the journal does not know yet:
        /// then `new_generation` is given to it as it stands.
        generation: Option<Generation>,
        new_generation: Generation,
    },
    /// It loses its name and is kept until cleanup.
    Retire { old: Old },
    /// It stays as it is, on the retired generation.
    Leave,
}

/// A generation that is built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct New {
    pub generation: Generation,
    /// The name that it is built under: the public one for [`How::Create`].
    pub relation: Physical,
    pub form: Form,
    /// Whether rows have to be brought in after the build.
    pub filled: Filled,
    pub dress: Dress,
    pub audits: Vec<Audit>,
    /// Tables and foreign materialized views that its rows come from, through everything between.
    pub grounds: Vec<ObjectName>,
    pub way: Way,
}

/// Whether a relation holds rows of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filled {
    /// It is built empty and then filled.
    Apart,
    /// It has no rows of its own, or gets them when it is built.
    WithBuild,
}

/// What has the public name now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Old {
    pub relation: Physical,
    /// Its generation: that of the journal, or one that is given to it now.
    pub generation: Generation,
    /// What the journal knows of it; none for what is new to it, which is then written whole.
    pub recorded: Option<Box<ObjectRecord>>,
    /// The marker that it has, which somebody may have taken with the relation that had it.
    pub marker: Option<Marker>,
    /// The indexes that it has, by the names that they have now and will have.
    pub indexes: Vec<(ObjectName, String)>,
}

/// An audit with the names of shadows in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audit {
    pub name: String,
    pub sql: String,
    /// What it reads beside the object that it is of, by public name: their rows have to be there, and
    /// their shadows still under the names that it reads.
    pub reads: Vec<ObjectName>,
}

/// All that a new generation wears: declared, and kept from what others gave the old one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dress {
    /// Where it is not the role that builds.
    pub owner: Option<String>,
    pub comments: Vec<(Commented, String)>,
    /// What it gets by default and must not have.
    pub revoke: Vec<Privilege>,
    pub grant: Vec<Privilege>,
    pub indexes: Vec<NewIndex>,
    /// Everything else, as statements: statistics targets, triggers, extended statistics.
    pub statements: Vec<String>,
    /// Statements that need the indexes: `CLUSTER ON`.
    pub after_indexes: Vec<String>,
}

/// An index of a new generation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewIndex {
    /// The name that it is made under.
    pub index: ObjectName,
    /// The name that readers of plans know: it takes it in the cutover.
    pub public: String,
    pub sql: String,
    pub comment: Option<String>,
}

/// Something that is bound to a replaced relation by identity, and is bound anew in the cutover.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rebind {
    /// As people say it: `function marts.top(integer)`.
    pub what: String,
    /// The replaced objects that it reads.
    pub on: Vec<ObjectName>,
    pub deed: Deed,
}
