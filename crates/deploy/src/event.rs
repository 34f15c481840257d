//! What happens while a plan is executed, one event at a time; each is a line of JSON.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use dormer_core::engine::RunId;
use dormer_core::engine::journal::RunKind;
use dormer_core::engine::step::{Millis, StepId, StepKind};
use dormer_core::model::name::ObjectName;
use serde::{Serialize, Serializer};

/// Whoever shows or writes down what happens. It is called between other work and must be quick.
pub trait Listener: Send {
    fn event(&mut self, event: &Event);
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Event {
    pub ts: Timestamp,
    pub run: RunId,
    #[serde(flatten)]
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(
    tag = "event",
    rename_all = "kebab-case",
    rename_all_fields = "snake_case"
)]
pub enum What {
    /// The lease is held, the plan still fits, the journal knows of the run.
    RunStarted {
        kind: RunKind,
        /// All steps of the plan.
        steps: usize,
        /// Those of them that an earlier try has done.
        already_done: usize,
    },
    StepStarted {
        step: StepId,
        kind: StepKind,
        title: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        object: Option<ObjectName>,
        /// How long it took the last time.
        #[serde(skip_serializing_if = "Option::is_none")]
        forecast_ms: Option<Millis>,
    },
    /// It is still being done; told about once a second.
    StepProgress {
        step: StepId,
        #[serde(skip_serializing_if = "Option::is_none")]
        object: Option<ObjectName>,
        ms: Millis,
        #[serde(skip_serializing_if = "Option::is_none")]
        forecast_ms: Option<Millis>,
    },
    /// Somebody is in the way, or it is tried again.
    StepWaiting {
        step: StepId,
        #[serde(skip_serializing_if = "Option::is_none")]
        object: Option<ObjectName>,
        reason: String,
        /// Who, in what mode, since when, with which query; none when that is not known.
        #[serde(skip_serializing_if = "Option::is_none")]
        waiting_for: Option<String>,
        /// Tries so far.
        tries: u32,
    },
    /// Rows that a shadow is made of changed since it was filled: it is filled again.
    StepRepeated {
        step: StepId,
        #[serde(skip_serializing_if = "Option::is_none")]
        object: Option<ObjectName>,
        reason: String,
    },
    StepFinished {
        step: StepId,
        #[serde(skip_serializing_if = "Option::is_none")]
        object: Option<ObjectName>,
        ms: Millis,
        outcome: StepEnd,
        /// Why it did not end well.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Steps of this object are not done, because others failed.
    ObjectSkipped {
        object: ObjectName,
        /// The object whose step failed; none when that step is about several.
        #[serde(skip_serializing_if = "Option::is_none")]
        because: Option<ObjectName>,
        reason: String,
    },
    /// Nothing new begins from now on.
    RunStopping { reason: String },
}

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepEnd {
    Done,
    Failed,
    /// An audit returned a row.
    AuditFailed,
    /// Somebody holds a lock that it needs.
    Blocked,
    /// It was ended before its time; a resumed run does it.
    Stopped,
}

/// A moment, in milliseconds since 1970; in JSON as RFC 3339 has it, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(pub u64);

impl Timestamp {
    /// This moment, by the clock of this machine.
    #[must_use]
    pub fn now() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let millis = since.map_or(0, |since| since.as_millis());
        Self(u64::try_from(millis).unwrap_or(u64::MAX))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, millis) = (self.0 / 1_000, self.0 % 1_000);
        let (days, second) = (seconds / 86_400, seconds % 86_400);
        // Counted from the first of March of the year 0, a leap day is the last day of its year.
        let days = days + 719_468;
        let (era, of_era) = (days / 146_097, days % 146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * of_year + 2) / 153;
        let day = of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 {
            shifted + 3
        } else {
            shifted - 9
        };
        let year = era * 400 + year_of_era + u64::from(month <= 2);
        let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z"
        )
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_people_read_them() {
        for (millis, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400_001, "2000-02-29T00:00:00.001Z"),
            (1_735_689_599_999, "2024-12-31T23:59:59.999Z"),
            (1_709_251_200_000, "2024-03-01T00:00:00.000Z"),
        ] {
            assert_eq!(Timestamp(millis).to_string(), text);
        }
    }

    #[test]
    fn event_is_one_flat_object() {
        let event = Event {
            ts: Timestamp(0),
            run: RunId::parse("0000000001").unwrap(),
            what: What::StepFinished {
                step: StepId(3),
                object: Some(ObjectName::new("marts", "orders")),
                ms: Millis(12),
                outcome: StepEnd::AuditFailed,
                reason: None,
            },
        };
        assert_eq!(
            serde_json::to_string(&event).unwrap(),
            r#"{"ts":"1970-01-01T00:00:00.000Z","run":"0000000001","event":"step-finished","step":3,"object":"marts.orders","ms":12,"outcome":"audit-failed"}"#
        );
    }
}
