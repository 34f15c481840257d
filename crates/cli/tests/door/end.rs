//! How a run of the binary must end, and how a target must look in the end.

use dormer_testkit::bed::Database;
use dormer_testkit::dump::{Dump, Looking};
use dormer_testkit::project::{Project, Ran};

use crate::case::told;

/// Runs the binary and demands an exit code.
pub(crate) fn run(project: &Project, arguments: &[&str], code: i32) -> Result<Ran, String> {
    let ran = project.run(arguments).map_err(|error| error.to_string())?;
    if ran.code == Some(code) {
        Ok(ran)
    } else {
        Err(format!("wanted the exit code {code}: {}", ran.told()))
    }
}

/// Demands that there is nothing to do.
pub(crate) fn nothing_to_do(project: &Project, when: &str) -> Result<(), String> {
    run(project, &["plan", "--detailed-exitcode"], 0)
        .map(drop)
        .map_err(|error| format!("the plan {when} should be empty; {error}"))
}

/// Removes what is retired or was left.
pub(crate) fn clean(project: &Project) -> Result<(), String> {
    run(project, &["cleanup", "--older-than", "0s", "-y"], 0).map(drop)
}

/// Looks at everything.
pub(crate) fn look(database: &Database<'_>) -> Result<Dump, String> {
    let mut session = database.connect().map_err(|error| error.to_string())?;
    Dump::of(&mut session, Looking::CatalogAndRows).map_err(|error| told(&error))
}

/// Demands that two looks are the same.
pub(crate) fn same(what: &str, wanted: &Dump, found: &Dump) -> Result<(), String> {
    let differs = wanted.differences(found);
    if differs.is_empty() {
        Ok(())
    } else {
        Err(format!("{what} (- wanted, + found):\n{differs}"))
    }
}

/// Demands that everything can be read that is read in both the old world and the new one.
pub(crate) fn readable(database: &Database<'_>, old: &Dump, new: &Dump) -> Result<(), String> {
    let mut session = database.connect().map_err(|error| error.to_string())?;
    session
        .batch_execute("SET statement_timeout = '20s'")
        .map_err(|error| told(&error))?;
    let there: String = "SELECT format('%I.%I', n.nspname, c.relname)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('v', 'm', 'r') AND n.nspname || '.' || c.relname = $1"
        .to_owned();
    for key in old.lines.keys() {
        let Some(name) = key.strip_suffix(": rows") else {
            continue;
        };
        if !new.lines.contains_key(key) {
            continue;
        }
        let row = session
            .query_opt(&there, &[&name])
            .map_err(|error| told(&error))?
            .ok_or_else(|| format!("{name} is gone"))?;
        let quoted: String = row.get(0);
        session
            .query_one(&format!("SELECT count(*) FROM {quoted}"), &[])
            .map_err(|error| format!("{name} cannot be read: {}", told(&error)))?;
    }
    Ok(())
}

/// Finishes what a run that died has left, as a person would, and says how.
pub(crate) fn finish(project: &Project, apply: &[&str]) -> Result<String, String> {
    let mut how = Vec::new();
    for more in [
        ["--resume"].as_slice(),
        &["--resume", "--take-lease"],
        &[],
        &["--take-lease"],
    ] {
        let mut arguments = apply.to_vec();
        arguments.extend(more);
        let ran = project.run(&arguments).map_err(|error| error.to_string())?;
        how.push(ran.told());
        if ran.code != Some(0) {
            continue;
        }
        let plan = project
            .run(&["plan", "--detailed-exitcode"])
            .map_err(|error| error.to_string())?;
        if plan.code == Some(0) {
            return Ok(how.join("\n"));
        }
        how.push(plan.told());
    }
    Err(format!("it cannot be finished:\n{}", how.join("\n")))
}
