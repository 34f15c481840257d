//! Why a selection cannot be answered, and what would help.

use crate::model::kind::ObjectKind;
use crate::model::name::ObjectName;

/// A selector that cannot be read or answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SelectionError {
    #[error("\"{text}\" is not a selector")]
    NotASelector { text: String },
    #[error("\"{text}\" starts with \"{method}:\", which selects nothing")]
    UnknownMethod {
        text: String,
        method: String,
        near: Option<&'static str>,
    },
    #[error("\"{text}\" names no kind of object")]
    UnknownKind {
        text: String,
        near: Option<&'static str>,
    },
    #[error("\"{text}\" names no state")]
    UnknownState { text: String },
    #[error("\"{text}\" matches nothing")]
    MatchesNothing { text: String, near: Option<String> },
    #[error("\"{text}\" matches several objects: {}", list(candidates))]
    Ambiguous {
        text: String,
        candidates: Vec<ObjectName>,
    },
    #[error("\"{text}\" needs a target to compare with")]
    NeedsTarget { text: String },
}

impl SelectionError {
    /// What would help, as words or as what to write instead.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Self::NotASelector { .. } => {
                Some("write a name, a glob, or one of tag: path: kind: state:".to_owned())
            }
            Self::UnknownMethod { near: None, .. } => {
                Some("these are known: tag: path: kind: state:".to_owned())
            }
            Self::UnknownMethod { near: Some(n), .. } => Some(format!("did you mean \"{n}:\"?")),
            Self::UnknownKind { near: None, .. } => {
                let kinds = ObjectKind::ALL.map(ObjectKind::as_str);
                Some(format!("these are known: {}", kinds.join(", ")))
            }
            Self::UnknownKind { near: Some(n), .. } => Some(format!("did you mean \"kind:{n}\"?")),
            Self::UnknownState { .. } => Some("only state:modified is known".to_owned()),
            Self::MatchesNothing { near, .. } => near
                .as_ref()
                .map(|near| format!("did you mean \"{near}\"?")),
            Self::Ambiguous { candidates, .. } => {
                let first = candidates.first()?;
                Some(format!("write the schema too: {first}"))
            }
            Self::NeedsTarget { .. } => Some(
                "only plan and apply look at a target:  dormer plan -s state:modified".to_owned(),
            ),
        }
    }
}

fn list(names: &[ObjectName]) -> String {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    names.join(", ")
}
