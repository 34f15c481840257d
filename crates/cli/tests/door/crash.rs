//! Runs that end at a chosen boundary, and are finished.

use dormer_testkit::dump::Dump;
use dormer_testkit::project::Project;

use crate::end::{clean, finish, look, readable, same};
use crate::majors::Depth;
use crate::walk::Edited;

/// Where the usual depth does not look at every boundary, it looks at every so-many-th.
const STRIDE: usize = 9;

/// Crashes at boundary after boundary until there is none any more. The binary needs `crash-points`.
pub(crate) fn everywhere(
    edited: &Edited<'_>,
    project: &mut Project,
    (after, depth, number): (&Dump, Depth, usize),
) -> Result<(), String> {
    if !cfg!(feature = "crash-points") {
        return Ok(());
    }
    let stride = if depth == Depth::Full { 1 } else { STRIDE };
    // Cases begin at different boundaries, so that together they see all kinds.
    let first = 1 + number % stride;
    for at in (first..).step_by(stride) {
        let crashed = once(edited, project, (after, at))
            .map_err(|error| format!("crash at {at}: {error}"))?;
        if !crashed {
            break;
        }
    }
    Ok(())
}

/// Returns whether there was such a boundary.
fn once(
    edited: &Edited<'_>,
    project: &mut Project,
    (after, at): (&Dump, usize),
) -> Result<bool, String> {
    let case = edited.case;
    let database = edited.template.copy().map_err(|error| error.to_string())?;
    project.aim(&case.url(&database));
    project.variable("DORMER_CRASH_AT", at.to_string());
    let ran = project
        .run(&case.apply(&[]))
        .map_err(|error| error.to_string());
    project.forget_variable("DORMER_CRASH_AT");
    let ran = ran?;
    match ran.code {
        None => {}
        Some(0) => return Ok(false),
        Some(_) => return Err(ran.told()),
    }
    readable(&database, &edited.before, after)?;
    let how = finish(project, &case.apply(&[]))?;
    clean(project).map_err(|error| format!("{error}\nafter {how}"))?;
    same("finished is another", after, &look(&database)?)
        .map_err(|error| format!("{error}\nafter {how}"))?;
    Ok(true)
}
