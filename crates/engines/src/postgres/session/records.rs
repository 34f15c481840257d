//! What the journal is told, as SQL text: few statements, whatever the number of records.
//!
//! - What is said of one generation in one work is folded first: what it was last told holds.
//! - **What does not ask the target goes before the statements of the work,** so that a cutover holds
//!   its locks no longer for it; what asks for a definition or a version goes after them.
//! - **Definitions are spelled as an inspection spells them,** by the same settings, which are set last.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use dormer_core::engine::journal::{
    ObjectRecord, ObjectState, Record, RecordedCompanions, RunState, StepRecord,
};
use dormer_core::engine::lease::Token;
use dormer_core::engine::refresh::RefreshNote;
use dormer_core::engine::{EngineError, ErrorKind, Generation, RunId};
use dormer_core::model::name::ObjectName;

use super::literal;
use super::message::Message;

/// Settings that change how the server spells a definition.
const SPELLING: &str = include_str!("spelling.sql");

/// How the milliseconds of steps are known.
#[derive(Debug, Clone, Copy)]
pub(super) enum Took {
    /// From the beginning of the transaction, by the target's clock.
    Transaction,
    Known(Duration),
    /// As each record says.
    AsSaid,
}

/// The run whose steps are written.
#[derive(Debug, Clone, Copy)]
pub(super) enum Of<'a> {
    /// That which the lease belongs to.
    Lease(&'a Token),
    Run(&'a RunId),
}

/// All that a work tells the journal.
#[derive(Debug, Default)]
pub(super) struct Told<'a> {
    generations: BTreeMap<(&'a ObjectName, &'a Generation), OfGeneration<'a>>,
    runs: BTreeMap<&'a RunId, RunState>,
    refreshed: Vec<&'a RefreshNote>,
}

/// What is told of one generation.
#[derive(Debug, Default)]
struct OfGeneration<'a> {
    object: Option<&'a ObjectRecord>,
    moved: Option<(ObjectState, &'a str)>,
    declared: Option<(&'a str, &'a str, &'a RecordedCompanions)>,
    settled: bool,
}

impl<'a> Told<'a> {
    /// Folds records in their order.
    pub(super) fn of(records: impl IntoIterator<Item = &'a Record>) -> Self {
        let mut told = Self::default();
        for record in records {
            match record {
                Record::Object(object) => {
                    let known = told.generation(&object.name, &object.generation);
                    *known = OfGeneration {
                        object: Some(object),
                        ..OfGeneration::default()
                    };
                }
                Record::Moved {
                    name,
                    generation,
                    state,
                    physical,
                } => told.generation(name, generation).moved = Some((*state, physical)),
                Record::Declared {
                    name,
                    generation,
                    fingerprint,
                    declared,
                    companions,
                } => {
                    told.generation(name, generation).declared =
                        Some((fingerprint, declared, companions));
                }
                Record::Settled { name, generation } => {
                    told.generation(name, generation).settled = true;
                }
                Record::Refreshed(note) => told.refreshed.push(note),
                Record::Run { run, state } => {
                    told.runs.insert(run, *state);
                }
            }
        }
        told
    }

    fn generation(
        &mut self,
        name: &'a ObjectName,
        generation: &'a Generation,
    ) -> &mut OfGeneration<'a> {
        self.generations.entry((name, generation)).or_default()
    }

    /// Adds what can be written before the work is done.
    pub(super) fn before(&self, message: &mut Message) -> Result<(), EngineError> {
        let known = || {
            let all = self.generations.iter();
            all.filter(|(_, told)| told.object.is_none())
        };
        let moved = known().filter_map(|(key, told)| Some((key, told.moved?)));
        let rows = rows(moved, |out, (key, (state, physical))| {
            of_generation(out, key);
            for value in [state.as_str(), physical] {
                out.push_str(", ");
                literal::text(out, value);
            }
            Ok(())
        })?;
        if let Some(rows) = rows {
            message.own(&format!(
                "UPDATE dormer.objects o SET state = v.state, physical = v.physical, \
                 since = CASE WHEN v.state IN ('live', 'retired') AND v.state <> o.state \
                 THEN pg_catalog.clock_timestamp() ELSE o.since END \
                 FROM (VALUES {rows}) v (schema, name, generation, state, physical) \
                 WHERE o.schema = v.schema AND o.name = v.name AND o.generation = v.generation"
            ));
        }
        let declared = known().filter_map(|(key, told)| Some((key, told.declared?)));
        let rows = self::rows(
            declared,
            |out, (key, (fingerprint, declared, companions))| {
                of_generation(out, key);
                for value in [fingerprint, declared, json(companions)?.as_str()] {
                    out.push_str(", ");
                    literal::text(out, value);
                }
                Ok(())
            },
        )?;
        if let Some(rows) = rows {
            message.own(&format!(
                "UPDATE dormer.objects o SET fingerprint = v.fingerprint, declared = v.declared, \
                 companions = v.companions::json \
                 FROM (VALUES {rows}) v (schema, name, generation, fingerprint, declared, companions) \
                 WHERE o.schema = v.schema AND o.name = v.name AND o.generation = v.generation"
            ));
        }
        let rows = self::rows(self.runs.iter(), |out, (run, state)| {
            literal::text(out, run.as_str());
            out.push_str(", ");
            literal::text(out, state.as_str());
            Ok(())
        })?;
        if let Some(rows) = rows {
            message.own(&format!(
                "UPDATE dormer.runs r SET state = v.state, \
                 ended = COALESCE(r.ended, pg_catalog.clock_timestamp()) \
                 FROM (VALUES {rows}) v (run, state) WHERE r.run = v.run"
            ));
        }
        Ok(())
    }

    /// Adds what asks the target for what the work made.
    pub(super) fn after(&self, calls: &mut Calls) -> Result<(), EngineError> {
        for told in self.generations.values() {
            if let Some(object) = told.object {
                calls.0.push(call_of_object(object, told)?);
            }
        }
        Ok(())
    }

    /// Adds what was refreshed, after what the work made.
    pub(super) fn refreshed(&self, calls: &mut Calls, of: &Token) -> Result<(), EngineError> {
        for note in &self.refreshed {
            calls.0.push(call_of_refresh(of, note)?);
        }
        Ok(())
    }

    /// Adds the questions for definitions. **Nothing but the end of the transaction may follow.**
    pub(super) fn last(&self, message: &mut Message) -> Result<(), EngineError> {
        let settled = self.generations.iter().filter(|(_, told)| told.settled);
        let rows = rows(settled, |out, (key, _)| {
            of_generation(out, key);
            Ok(())
        })?;
        if let Some(rows) = rows {
            message.own_lines(SPELLING);
            message.own(&format!(
                "UPDATE dormer.objects o SET version = t.version, observed = \
                 CASE WHEN pg_catalog.strpos(o.declared, '${{secret:') = 0 THEN t.definition END \
                 FROM (VALUES {rows}) v (schema, name, generation) \
                 JOIN dormer.objects p ON p.schema = v.schema AND p.name = v.name \
                 AND p.generation = v.generation \
                 CROSS JOIN LATERAL (SELECT pg_catalog.to_regclass(pg_catalog.quote_ident(p.schema) \
                 || '.' || pg_catalog.quote_ident(p.physical)) AS oid OFFSET 0) c \
                 LEFT JOIN LATERAL (SELECT r.oid::text || '.' || r.xmin::text AS version, \
                 pg_catalog.pg_get_viewdef(c.oid) AS definition \
                 FROM pg_catalog.pg_rewrite r WHERE r.ev_class = c.oid \
                 AND r.rulename = '_RETURN' \
                 UNION ALL SELECT 't' || k.oid::text || '.' \
                 || 'dormer.objects'::pg_catalog.regclass::oid::text, \
                 (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(a.attname, \
                 pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull) \
                 ORDER BY a.attnum)::text FROM pg_catalog.pg_attribute a \
                 WHERE a.attrelid = k.oid AND a.attnum > 0 AND NOT a.attisdropped) \
                 FROM pg_catalog.pg_class k WHERE k.oid = c.oid \
                 AND k.relkind IN ('r', 'p') OFFSET 0) t ON true \
                 WHERE o.schema = v.schema AND o.name = v.name AND o.generation = v.generation"
            ));
        }
        Ok(())
    }
}

/// Calls of the journal's functions. The server keeps their plans, which it would make anew for the
/// same statement in each of a thousand works.
#[derive(Debug, Default)]
pub(super) struct Calls(Vec<String>);

impl Calls {
    /// How many stand in one statement; the server takes 1664 columns.
    const AT_ONCE: usize = 500;

    /// Adds how steps ended. **A step that is done stays done,** whatever is said of it later; steps
    /// of one work have equal shares of its time.
    pub(super) fn steps(&mut self, of: Of<'_>, steps: &[StepRecord], took: Took) {
        for step in steps {
            self.0.push(call_of_step(of, step, took, steps.len()));
        }
    }

    pub(super) fn end(self, message: &mut Message) {
        for calls in self.0.chunks(Self::AT_ONCE) {
            message.own(&format!("SELECT {}", calls.join(", ")));
        }
    }
}

fn call_of_step(of: Of<'_>, step: &StepRecord, took: Took, share: usize) -> String {
    let mut out = String::from("dormer.step(");
    match of {
        Of::Lease(token) => run_of(&mut out, token),
        Of::Run(run) => literal::text(&mut out, run.as_str()),
    }
    let _ = write!(out, ", {}", step.step.0);
    for value in [step.kind.as_str(), &step.title, step.state.as_str()] {
        out.push_str(", ");
        literal::text(&mut out, value);
    }
    let ms = match took {
        Took::AsSaid => Some(step.ms.0),
        Took::Known(took) => {
            let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
            Some(ms / u64::try_from(share.max(1)).unwrap_or(1))
        }
        Took::Transaction => None,
    };
    let _ = match ms {
        Some(ms) => write!(out, ", {ms}, 1"),
        None => write!(out, ", NULL, {share}"),
    };
    let object = step.object.as_ref();
    for value in [
        object.map(|name| name.schema.as_str()),
        object.map(|name| name.name.as_str()),
        step.error.as_deref(),
        step.detail.as_deref(),
    ] {
        out.push_str(", ");
        literal::optional(&mut out, value);
    }
    out.push(')');
    out
}

/// The run that has a lease.
fn run_of(out: &mut String, token: &Token) {
    let (kind, number) = (token.kind.as_str(), token.number);
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        "(SELECT run FROM dormer.lease WHERE kind = '{kind}' AND token = {number})"
    );
}

fn call_of_refresh(token: &Token, note: &RefreshNote) -> Result<String, EngineError> {
    let mut out = String::from("dormer.refreshed(");
    run_of(&mut out, token);
    out.push_str(", ");
    of_generation(&mut out, &(&note.name, &note.generation));
    out.push_str(", ");
    literal::text(&mut out, note.mode.as_str());
    out.push_str(", ");
    literal::relation(&mut out, &note.physical.schema, &note.physical.name);
    out.push_str(", ");
    let before = note.before.as_ref().map(serde_json::to_string).transpose();
    let before = before.map_err(|error| {
        EngineError::new(ErrorKind::Other, "pulses cannot be written down")
            .detail(error.to_string())
    })?;
    literal::optional(&mut out, before.as_deref());
    out.push_str(", ARRAY[");
    for (at, parent) in note.parents.iter().enumerate() {
        out.push_str(if at == 0 { "" } else { ", " });
        literal::text(&mut out, &parent.to_string());
    }
    out.push_str("]::text[], ARRAY[");
    for (at, parent) in note.parents.iter().enumerate() {
        out.push_str(if at == 0 { "" } else { ", " });
        literal::relation(&mut out, &parent.schema, &parent.name);
    }
    out.push_str("]::text[], ");
    literal::optional(
        &mut out,
        note.failed.as_ref().map(|(error, _)| error.as_str()),
    );
    let _ = match &note.failed {
        Some((_, ms)) => write!(out, ", {})", ms.0),
        None => write!(out, ", NULL)"),
    };
    Ok(out)
}

fn of_generation(out: &mut String, (name, generation): &(&ObjectName, &Generation)) {
    literal::name(out, name);
    out.push_str(", ");
    literal::text(out, generation.as_str());
}

fn call_of_object(object: &ObjectRecord, told: &OfGeneration<'_>) -> Result<String, EngineError> {
    let mut out = String::from("dormer.object(");
    let given = (object.state, object.physical.as_str());
    let (state, physical) = told.moved.unwrap_or(given);
    let given = (
        object.fingerprint.as_str(),
        object.declared.as_str(),
        &object.companions,
    );
    let (fingerprint, declared, companions) = told.declared.unwrap_or(given);
    of_generation(&mut out, &(&object.name, &object.generation));
    for value in [object.kind.as_str(), physical, state.as_str()] {
        out.push_str(", ");
        literal::text(&mut out, value);
    }
    for value in [object.project.as_deref(), object.target.as_deref()] {
        out.push_str(", ");
        literal::optional(&mut out, value);
    }
    for value in [
        object.run.as_str(),
        fingerprint,
        declared,
        json(companions)?.as_str(),
    ] {
        out.push_str(", ");
        literal::text(&mut out, value);
    }
    out.push_str(", ");
    literal::optional(&mut out, object.observed.as_deref());
    // The time is the target's own, but where the record knows one from before.
    match (object.since, told.moved, state) {
        (Some(since), None, _) => {
            // Writing to a String cannot fail.
            let _ = write!(out, ", pg_catalog.to_timestamp({since})");
        }
        (_, _, ObjectState::Live | ObjectState::Retired) => {
            out.push_str(", pg_catalog.clock_timestamp()");
        }
        (..) => out.push_str(", NULL::timestamptz"),
    }
    // The version is asked of the relation that it is by then.
    out.push_str(", ");
    literal::relation(&mut out, &object.name.schema, physical);
    out.push(')');
    Ok(out)
}

/// The companions as the journal holds them; most objects have none.
fn json(companions: &RecordedCompanions) -> Result<String, EngineError> {
    if *companions == RecordedCompanions::default() {
        return Ok("{}".to_owned());
    }
    serde_json::to_string(companions).map_err(|error| {
        EngineError::new(ErrorKind::Other, "companions cannot be written down")
            .detail(error.to_string())
    })
}

/// Rows of values with commas between them; none where there is nothing.
fn rows<T>(
    items: impl Iterator<Item = T>,
    mut row: impl FnMut(&mut String, T) -> Result<(), EngineError>,
) -> Result<Option<String>, EngineError> {
    let mut out = String::new();
    for item in items {
        out.push_str(if out.is_empty() { "(" } else { "), (" });
        row(&mut out, item)?;
    }
    if out.is_empty() {
        return Ok(None);
    }
    out.push(')');
    Ok(Some(out))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_are_spelled_as_an_inspection_spells_them() {
        let inspection = include_str!("../inspect/spelling.sql");
        let wanted: Vec<&str> = inspection
            .lines()
            .map(|line| line.trim_end_matches(';'))
            // These say what may be done and how long; they change no text.
            .filter(|line| {
                !["BEGIN", "SET LOCAL lock_timeout", "SET LOCAL jit"]
                    .iter()
                    .any(|other| line.starts_with(other))
            })
            .collect();
        let spelled: Vec<&str> = SPELLING
            .lines()
            .map(|line| line.trim_end_matches(';'))
            .collect();
        assert_eq!(spelled, wanted);
    }
}
