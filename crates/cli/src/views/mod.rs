//! Results of commands: each shows itself as text and as JSON. **Views print nothing.**

pub(crate) mod adopt;
pub(crate) mod amount;
pub(crate) mod audit;
pub(crate) mod check;
pub(crate) mod cleanup;
pub(crate) mod demo;
pub(crate) mod diagnostic;
pub(crate) mod difference;
pub(crate) mod docs;
pub(crate) mod doctor;
pub(crate) mod drawing;
pub(crate) mod drift;
pub(crate) mod explain;
pub(crate) mod graph;
pub(crate) mod grid;
pub(crate) mod history;
pub(crate) mod impact;
pub(crate) mod init;
#[cfg(unix)]
pub(crate) mod local;
pub(crate) mod lock;
pub(crate) mod locks;
pub(crate) mod outcome;
pub(crate) mod plan;
pub(crate) mod refresh;
pub(crate) mod run_id;
pub(crate) mod show;
pub(crate) mod status;
pub(crate) mod style;
pub(crate) mod time;

use std::fmt::Display;

use serde::Serialize;
use serde_json::{Map, Value};

/// The version of all JSON that Dormer prints; it grows when a field changes its meaning or goes.
pub(crate) const FORMAT_VERSION: u32 = 1;

/// A result with its two faces.
pub(crate) trait View {
    fn text(&self) -> String;
    /// The fields of the result.
    fn fields(&self) -> Result<Map<String, Value>, serde_json::Error>;
}

impl<T: Display + Serialize> View for T {
    fn text(&self) -> String {
        self.to_string()
    }

    fn fields(&self) -> Result<Map<String, Value>, serde_json::Error> {
        Ok(match serde_json::to_value(self)? {
            Value::Object(fields) => fields,
            other => Map::from_iter([("result".to_owned(), other)]),
        })
    }
}

/// Puts the fields of a result, or of a failure, into the frame that all JSON has.
pub(crate) fn frame(command: Option<&str>, fields: Map<String, Value>) -> String {
    format!("{:#}\n", framed(command, fields))
}

/// The same as one line of several.
pub(crate) fn line(command: Option<&str>, fields: Map<String, Value>) -> String {
    format!("{}\n", framed(command, fields))
}

fn framed(command: Option<&str>, fields: Map<String, Value>) -> Value {
    let mut whole = Map::new();
    whole.insert("format_version".to_owned(), FORMAT_VERSION.into());
    whole.insert("command".to_owned(), command.into());
    whole.extend(fields);
    Value::Object(whole)
}
