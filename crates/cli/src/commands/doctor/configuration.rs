//! The values that hold, each with where it comes from: the command line, the file, the environment, or
//! Dormer's own.

use dormer_core::diagnostic::FilePath;
use dormer_core::plan::PlanLimits;
use dormer_core::project::config::{self, FILE_NAME};

use crate::args::Global;
use crate::load::Loaded;
use crate::planning::{self, Limits};
use crate::views::doctor::SettingView;

/// The values of a project, and of the target that is meant.
pub(super) fn of(loaded: &Loaded, global: &Global) -> Vec<SettingView> {
    let project = &loaded.project;
    let target = &project.target;
    let text = project.files.get(&FilePath::new(FILE_NAME));
    let text = text.map_or("", |text| &**text);
    let (written, _) = config::read(text);
    let of_file = |said: bool, otherwise: &str| {
        if said {
            FILE_NAME.to_owned()
        } else {
            otherwise.to_owned()
        }
    };
    let names = |word: &str| {
        let mut lines = text.lines();
        lines.any(|line| {
            let key = line.split_once('=').map(|(key, _)| key.trim());
            key == Some(word)
        })
    };
    let chosen = match &global.target {
        Some(_) => "the command line".to_owned(),
        None if names("default_target") => FILE_NAME.to_owned(),
        None if written.targets.len() == 1 && text.contains("[target.") => {
            format!("{FILE_NAME}: the only one")
        }
        None => "default".to_owned(),
    };
    let mut found = vec![
        SettingView::new(
            "project",
            &*project.name,
            of_file(written.name.is_some(), "the name of its folder"),
        ),
        SettingView::new(
            "folder",
            loaded.root.display().to_string(),
            "found from here",
        ),
        SettingView::new("target", target.name.to_string(), chosen),
        SettingView::new(
            "engine",
            target.dialect.rules().name,
            of_file(names("engine"), "default"),
        ),
    ];
    let limits = planning::limits(project, Limits::default());
    let PlanLimits {
        lock_timeout_ms,
        cutover_timeout_ms,
        jobs,
        ..
    } = limits;
    let set = &target.limits;
    let time = |ms: u64| crate::views::time::length(ms);
    found.push(SettingView::new(
        "lock_timeout",
        time(lock_timeout_ms.0),
        of_file(set.lock_timeout.is_some(), "default"),
    ));
    found.push(SettingView::new(
        "cutover_timeout",
        time(cutover_timeout_ms.0),
        of_file(set.cutover_timeout.is_some(), "default"),
    ));
    found.push(SettingView::new(
        "jobs",
        jobs.to_string(),
        of_file(set.jobs.is_some(), "default"),
    ));
    for (name, value) in &target.variables {
        found.push(SettingView::new(
            format!("vars.{name}"),
            &**value,
            FILE_NAME,
        ));
    }
    for (declared, own) in &target.schemas {
        found.push(SettingView::new(
            format!("schemas.{declared}"),
            &**own,
            FILE_NAME,
        ));
    }
    // What is not secret of the address follows, as the engine reads it.
    found.push(SettingView::new(
        "url",
        shown(&target.url),
        url_source(loaded),
    ));
    found
}

/// Where the address comes from: the file, and the variables of the environment that it names.
pub(super) fn url_source(loaded: &Loaded) -> String {
    let target = &loaded.project.target;
    let variables = variables(&target.url);
    let text = loaded.project.files.get(&FilePath::new(FILE_NAME));
    let written = text.is_some_and(|text| text.contains(&target.url));
    match (variables.as_slice(), written) {
        ([], true) => FILE_NAME.to_owned(),
        ([], false) => "default".to_owned(),
        (variables, _) => format!("the environment: {}", variables.join(", ")),
    }
}

/// The names in `${env:NAME}`.
fn variables(url: &str) -> Vec<&str> {
    let after = url.split("${env:").skip(1);
    after
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
        .collect()
}

/// The address as written, without what may be a password.
fn shown(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let place = rest.split('?').next().unwrap_or(rest);
    match place.rsplit_once('@') {
        Some((who, host)) if who.contains(':') => format!("{scheme}://***@{host}"),
        // A password may hold any sign where somebody forgot to encode it.
        None if rest.contains('@') => format!("{scheme}://***"),
        Some(_) | None => format!("{scheme}://{place}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_shown() {
        for (url, expected) in [
            ("postgres://a:b@h:1/d", "postgres://***@h:1/d"),
            ("postgres://a:p@ss@h/d?password=x", "postgres://***@h/d"),
            ("postgres://h/d?password=x", "postgres://h/d"),
            ("postgres://h/d?password=a@b", "postgres://***"),
            ("postgres://a:b?c@h/d", "postgres://***"),
            ("postgres://${env:U}:b@h/d", "postgres://***@h/d"),
            ("postgres://a@h/d", "postgres://a@h/d"),
            ("${env:DATABASE_URL}", "${env:DATABASE_URL}"),
            ("embedded:.dormer/dev", "embedded:.dormer/dev"),
        ] {
            assert_eq!(shown(url), expected);
        }
    }

    #[test]
    fn variables_are_named() {
        assert_eq!(
            variables("postgres://${env:USER}:${env:PASSWORD}@h"),
            ["USER", "PASSWORD"]
        );
    }
}
