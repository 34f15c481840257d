//! One case, there and back: apply, plan again, edit, plan, apply, rollback, apply again, crash and resume.

use dormer_testkit::bed::{Bed, Database};
use dormer_testkit::dump::Dump;
use dormer_testkit::project::Project;
use serde_json::Value;

use crate::case::{self, Case};
use crate::crash;
use crate::end::{clean, look, nothing_to_do, readable, run, same};
use crate::majors::{self, Depth};

#[test]
fn every_case_goes_through_the_door() {
    let mut failures = Vec::new();
    let mut walked = 0;
    for (binaries, depth) in majors::chosen() {
        let bed = Bed::start(&binaries).unwrap();
        let cases: Vec<(usize, Case)> = case::all(bed.major()).into_iter().enumerate().collect();
        walked += cases.len();
        failures.extend(majors::side_by_side(&cases, |(number, case)| {
            walk(&bed, case, (depth, *number))
                .map_err(|error| format!("{} on PostgreSQL {}: {error}", case.name, bed.major()))
        }));
    }
    let failed = failures.len();
    assert!(
        failures.is_empty(),
        "{failed} of {walked} failed\n\n{}",
        failures.join("\n\n")
    );
}

/// A case between its first version and its second.
pub(crate) struct Edited<'a> {
    pub(crate) case: &'a Case,
    /// After v1 and what was done by hand; nobody is in it.
    pub(crate) template: Database<'a>,
    pub(crate) before: Dump,
}

fn walk(bed: &Bed, case: &Case, (depth, number): (Depth, usize)) -> Result<(), String> {
    let template = bed.database().map_err(|error| error.to_string())?;
    case.prepare(&template)?;
    let mut project = case.project(&template);
    case.version(&project, "v1");
    run(&project, &["apply", "-y"], 0).map_err(|error| format!("v1: {error}"))?;
    nothing_to_do(&project, "after v1")?;
    case.by_hand(&template)?;
    let before = look(&template)?;

    case.version(&project, "v2");
    planned(case, &project)?;
    same("plan changed the target", &before, &look(&template)?)?;
    let edited = Edited {
        case,
        template,
        before,
    };
    if case.expected.code != 0 {
        return refused(&edited, &mut project);
    }
    let after = there_and_back(bed, &edited, &mut project)?;
    if depth > Depth::Smoke && !case.expected.noop {
        crash::everywhere(&edited, &mut project, (&after, depth, number))?;
    }
    Ok(())
}

/// What the plan of v2 must say.
fn planned(case: &Case, project: &Project) -> Result<(), String> {
    let expected = &case.expected;
    let code = if expected.noop { 0 } else { 2 };
    let ran = run(project, &["plan", "--json", "--detailed-exitcode"], code)
        .map_err(|error| format!("plan of v2: {error}"))?;
    let plan: Value =
        serde_json::from_str(&ran.stdout).map_err(|error| format!("{error}: {}", ran.told()))?;
    if plan["noop"] != Value::Bool(expected.noop) {
        return Err(format!("noop is {}", plan["noop"]));
    }
    never_cascades(&plan)?;
    let changes = plan["changes"].as_array().into_iter().flatten();
    let found: Vec<(&str, &str)> = changes
        .filter_map(|change| Some((change["object"].as_str()?, change["action"].as_str()?)))
        .collect();
    for (object, action) in &expected.actions {
        // What is kept is counted, and not listed.
        let kept = action == "keep" && found.iter().all(|(found, _)| found != object);
        if !kept && !found.contains(&(object, action)) {
            return Err(format!("the plan should {action} {object}: {found:?}"));
        }
    }
    for words in &expected.says {
        if !ran.stdout.contains(words) {
            return Err(format!("the plan should say {words:?}:\n{}", ran.stdout));
        }
    }
    Ok(())
}

/// No statement of a plan takes along what was not named.
pub(crate) fn never_cascades(plan: &Value) -> Result<(), String> {
    let steps = plan["steps"].as_array().into_iter().flatten();
    let statements = steps.flat_map(|step| step["statements"].as_array().into_iter().flatten());
    for statement in statements {
        let sql = statement["sql"].as_str().unwrap_or_default();
        if sql.to_uppercase().contains("CASCADE") {
            return Err(format!("a plan has CASCADE: {sql}"));
        }
    }
    Ok(())
}

/// Apply of v2 ends with a code of its own, and readers see what they saw.
fn refused(edited: &Edited<'_>, project: &mut Project) -> Result<(), String> {
    let case = edited.case;
    let database = edited.template.copy().map_err(|error| error.to_string())?;
    project.aim(&case.url(&database));
    run(project, &case.apply(&[]), case.expected.code).map_err(|error| format!("v2: {error}"))?;
    readable(&database, &edited.before, &edited.before)?;
    // The shadow is kept for a look; whoever goes back to the files of before has no use for it.
    case.version(project, "v1");
    run(project, &["apply", "-y"], 0).map_err(|error| format!("v1 again: {error}"))?;
    clean(project)?;
    same(
        "what should have stayed did not",
        &edited.before,
        &look(&database)?,
    )
}

/// Apply, rollback, apply again; returns how v2 looks after cleanup.
fn there_and_back(bed: &Bed, edited: &Edited<'_>, project: &mut Project) -> Result<Dump, String> {
    let case = edited.case;
    let database = edited.template.copy().map_err(|error| error.to_string())?;
    project.aim(&case.url(&database));
    run(project, &case.apply(&[]), 0).map_err(|error| format!("v2: {error}"))?;
    nothing_to_do(project, "after v2")?;

    let cleaned = database.copy().map_err(|error| error.to_string())?;
    project.aim(&case.url(&cleaned));
    clean(project)?;
    nothing_to_do(project, "after cleanup")?;
    let after = look(&cleaned)?;
    let direct = bed.database().map_err(|error| error.to_string())?;
    case.build_directly(&direct)
        .map_err(|error| format!("the direct build: {error}"))?;
    same("v2 differs from a direct build", &look(&direct)?, &after)?;

    project.aim(&case.url(&database));
    if !case.expected.one_way && !case.expected.noop {
        run(project, &["rollback", "-y"], 0)?;
        let back = database.copy().map_err(|error| error.to_string())?;
        project.aim(&case.url(&back));
        clean(project)?;
        same(
            "rollback left something else",
            &edited.before,
            &look(&back)?,
        )?;
        project.aim(&case.url(&database));
        run(project, &case.apply(&[]), 0).map_err(|error| format!("v2 again: {error}"))?;
        nothing_to_do(project, "after v2 was applied again")?;
        clean(project)?;
        same("v2 applied again is another", &after, &look(&database)?)?;
    }
    Ok(after)
}
