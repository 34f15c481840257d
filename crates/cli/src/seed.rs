//! Fills a target that is new from the file that its `seed` names, so that a first apply has rows to read.
//!
//! | the target | then |
//! |---|---|
//! | has no `seed` | nothing |
//! | has a journal, or any relation | nothing: it is not new |
//! | is new and empty | the file is run in one transaction, and that is said |
//!
//! **Only a target that lives in a folder is ever filled** (`embedded:`, `local:`): such a target is the
//! project's own. Whoever opens a session with one on the way to a plan comes here first.

use std::fs;

use dormer_core::engine::{EngineError, Scope, Session};
use dormer_engines::registry;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::load::Loaded;
use crate::output::Output;
use crate::session::{self, Door};

/// Fills the target of a project where it is new; the session is one that reads it.
///
/// # Errors
///
/// When the file cannot be read, is refused by the target, or is not for such a target.
pub(crate) async fn sow(
    loaded: &Loaded,
    door: &Door<'_>,
    session: &mut dyn Session,
    output: Output,
) -> Result<(), Failure> {
    let target = &loaded.project.target;
    let Some(seed) = &target.seed else {
        return Ok(());
    };
    if registry::folder(door.url()).is_none() {
        let message = format!(
            "target {} has a seed, and is not the project's own",
            target.name
        );
        return Err(Failure::new(Exit::Error, message)
            .cause("a seed fills targets that live in a folder: embedded: and local:")
            .hint(format!(
                "take seed out of [target.{}] in dormer.toml",
                target.name
            )));
    }
    let new = new(session).await;
    if !new.map_err(|error| session::unreadable(target, &error))? {
        return Ok(());
    }
    let path = loaded.root.join(seed);
    let script = fs::read_to_string(&path).map_err(|error| {
        let message = format!("cannot read the seed of target {}", target.name);
        Failure::new(Exit::Error, message)
            .because(&error)
            .hint(format!(
                "write it, or take it out of dormer.toml:  {}",
                path.display()
            ))
    })?;
    let sown = async {
        let mut working = door.working().await?.session;
        working.seed(&script).await
    };
    sown.await.map_err(|error| {
        session::failure(
            format!("target {} does not take {seed}", target.name),
            &error,
        )
        .cause("nothing of it is kept")
    })?;
    let name = &target.name;
    output.talk(&format!(
        "Filled target {name}, which was new, from {seed}.\n"
    ));
    Ok(())
}

/// Whether there is nothing in a target, and never was.
async fn new(session: &mut dyn Session) -> Result<bool, EngineError> {
    if session.journal().await?.is_some() {
        return Ok(false);
    }
    let observed = session.inspect(&Scope::everything()).await?;
    Ok(observed.relations.is_empty())
}
