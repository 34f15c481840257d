//! How a declared object stands to a target, for somebody who looks at it. **Nothing is decided, and the
//! target is not asked what definitions mean:** a change of text may turn out to be none.

use super::decide::standing::{self, Standing};
use super::input::Input;
use crate::model::object::Object;

/// How it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stands {
    NotThere,
    AsApplied,
    /// The file says something else than what was applied.
    FileChanged,
    /// Somebody changed it in the target.
    TargetChanged,
    BothChanged,
    /// The journal knows nothing of it.
    NotApplied,
    /// What has the name is of another kind.
    OtherKind,
}

impl Stands {
    /// The word in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotThere => "not-there",
            Self::AsApplied => "as-applied",
            Self::FileChanged => "file-changed",
            Self::TargetChanged => "target-changed",
            Self::BothChanged => "both-changed",
            Self::NotApplied => "not-applied",
            Self::OtherKind => "other-kind",
        }
    }

    /// The words for people.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::NotThere => "is not there",
            Self::AsApplied => "is as it was applied",
            Self::FileChanged => "is as it was applied, and the file says something else",
            Self::TargetChanged => "was changed in the target",
            Self::BothChanged => "was changed in the target, and the file was changed, too",
            Self::NotApplied => "was never applied by this project",
            Self::OtherKind => "is of another kind",
        }
    }
}

/// Compares an object with what was observed.
#[must_use]
pub fn stands(input: &Input<'_>, object: &Object) -> Stands {
    match standing::of(input, object, None) {
        Standing::Missing => Stands::NotThere,
        Standing::Same => Stands::AsApplied,
        Standing::Stranger => Stands::NotApplied,
        Standing::OtherKind { .. } => Stands::OtherKind,
        Standing::Changed { .. } if input.record(&object.name).is_none() => Stands::NotApplied,
        Standing::Changed { file, target } => match (file, target) {
            (true, true) => Stands::BothChanged,
            (true, false) => Stands::FileChanged,
            (false, _) => Stands::TargetChanged,
        },
    }
}
