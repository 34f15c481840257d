//! `dormer init`: a folder becomes a project that works at once.
//!
//! - An empty folder gets the files of `examples/shop`, so that what a newcomer gets is what the tests run.
//! - A folder with SQL files that declare views gets a `dormer.toml` that reads them where they lie.
//! - **Nothing is ever overwritten.**

pub(crate) mod found;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use dormer_core::project::config::FILE_NAME;
use dormer_core::project::files;
use found::Found;

use super::Outcome;
use crate::args::Global;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::load::Loaded;
use crate::paste;
use crate::views::init::InitView;

const AFTER: &str = "\
Examples:
  dormer init shop     a new folder with a small shop: raw tables, views in four layers
  dormer init          the same in the current folder, when it is empty
  dormer init          among SQL files: a dormer.toml that reads them where they lie

Nothing is overwritten: a folder that is a project already is left as it is.";

/// The variable that a target around SQL files has its address in.
pub(crate) const ADDRESS: &str = "DATABASE_URL";

/// Start a project: a small shop that works at once, or around SQL files that are there
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Args {
    /// The folder; made when it does not exist
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
}

/// Embeds the files of the example by their paths.
macro_rules! shop {
    ($($path:literal),+ $(,)?) => {
        &[$(($path, include_str!(concat!("../../../../examples/shop/", $path)))),+]
    };
}

/// What is written: paths from the folder, and texts.
pub(super) const FILES: &[(&str, &str)] = shop![
    ".gitignore",
    "catalog.lock",
    "dormer.toml",
    "seed.sql",
    "views/bi/best_sellers.sql",
    "views/bi/retention.sql",
    "views/bi/revenue_dashboard.sql",
    "views/bi/shop_status.sql",
    "views/clean/customers.sql",
    "views/clean/order_items.sql",
    "views/clean/orders.sql",
    "views/clean/products.sql",
    "views/core/customer_orders.sql",
    "views/core/orders.sql",
    "views/core/sales.sql",
    "views/marts/customers_monthly.sql",
    "views/marts/open_payments.sql",
    "views/marts/orders_daily.sql",
    "views/marts/products_weekly.sql",
    "views/schemas.sql",
];

/// What lies in a folder.
enum Lying {
    /// Nothing that is in the way.
    Nothing,
    Project,
    /// SQL files that declare views.
    Sql(Found),
    /// Anything else, by its first name.
    Other(String),
}

/// Writes the project.
///
/// # Errors
///
/// When the folder is a project, holds something else than SQL files that declare views, or cannot be
/// written.
pub(crate) fn run(args: &Args, global: &Global) -> Result<Outcome, Failure> {
    let folder = match &global.directory {
        Some(base) if args.folder == Path::new(".") => base.clone(),
        Some(base) => base.join(&args.folder),
        None => args.folder.clone(),
    };
    let shown = folder.display();
    let lying = lying(&folder).map_err(|error| {
        if error.kind() == io::ErrorKind::NotADirectory {
            let file = folder.ancestors().find(|path| path.is_file());
            let shown = file.unwrap_or(&folder).display();
            Failure::new(Exit::Error, format!("{shown} is a file, not a folder"))
                .hint("use a new folder:  dormer init DIR")
        } else {
            cannot_write(&folder, &error)
        }
    })?;
    match lying {
        Lying::Nothing => {
            for (path, text) in FILES {
                let path = folder.join(path);
                write_new(&path, text).map_err(|error| cannot_write(&path, &error))?;
            }
            let files = FILES.iter().map(|(path, _)| *path).collect();
            Ok(Outcome::new(InitView::of_example(&folder, files)))
        }
        Lying::Sql(found) => around(&folder, &found, global),
        Lying::Project => {
            let check = match shown.to_string().as_str() {
                "." => "dormer check".to_owned(),
                folder => format!("dormer check -C {}", paste::quoted(folder)),
            };
            let message = match shown.to_string().as_str() {
                "." => "this folder is a project already".to_owned(),
                folder => format!("{folder} is a project already"),
            };
            Err(Failure::new(Exit::Error, message)
                .cause(format!(
                    "{FILE_NAME} is there, and nothing is ever overwritten"
                ))
                .hint(format!("look at it:         {check}"))
                .hint("begin another one:  dormer init DIR"))
        }
        Lying::Other(occupant) => {
            let cause = format!(
                "{occupant} is there, and no SQL file that declares a view; nothing is ever overwritten"
            );
            Err(Failure::new(Exit::Error, format!("{shown} is not empty"))
                .cause(cause)
                .hint("use a new folder:  dormer init DIR"))
        }
    }
}

/// Makes a project around the SQL files of a folder.
fn around(folder: &Path, found: &Found, global: &Global) -> Result<Outcome, Failure> {
    if let Some(root) = files::find_root(folder) {
        let root = root.display().to_string();
        return Err(
            Failure::new(Exit::Error, "this folder is part of a project already")
                .cause(format!("{FILE_NAME} is in {root}"))
                .hint(format!(
                    "look at it:  dormer check -C {}",
                    paste::quoted(&root)
                )),
        );
    }
    let whole = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let name = whole
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    let text = config(&name.unwrap_or_default(), found);
    let path = folder.join(FILE_NAME);
    write_new(&path, &text).map_err(|error| cannot_write(&path, &error))?;
    let global = Global {
        directory: Some(folder.to_owned()),
        target: None,
        ..global.clone()
    };
    let loaded = Loaded::open(&global)?;
    Ok(Outcome::new(InitView::around(folder, found, &loaded)))
}

/// A `dormer.toml` that reads SQL files where they lie.
fn config(name: &str, found: &Found) -> String {
    let plain = |c: char| {
        if c.is_alphanumeric() || "_-".contains(c) {
            c
        } else {
            '_'
        }
    };
    let name: String = name.chars().map(plain).collect();
    let mut text = format!(
        "# The views that the SQL files here declare.\n\n\
         [project]\nname = \"{name}\"\ndefault_target = \"dev\"\n"
    );
    for path in found.read.keys() {
        let path = path.replace('\\', "\\\\").replace('"', "\\\"");
        text.push_str(&format!(
            "\n[[folder]]\npath = \"{path}\"\nreader = \"sql\"\n"
        ));
    }
    text.push_str(&format!(
        "\n# Where the views are made; the address comes from the environment.\n\
         [target.dev]\nengine = \"postgres\"\nurl = \"${{env:{ADDRESS}}}\"\n"
    ));
    text
}

/// Tells what lies in a folder.
fn lying(folder: &Path) -> io::Result<Lying> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Lying::Nothing),
        Err(error) => return Err(error),
    };
    let mut names = Vec::new();
    for entry in entries {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    if names.iter().any(|name| name == FILE_NAME) {
        return Ok(Lying::Project);
    }
    let ours = |name: &str| FILES.iter().any(|(path, _)| *path == name);
    let in_the_way = |name: &String| !name.starts_with('.') || ours(name);
    let Some(occupant) = names.into_iter().find(in_the_way) else {
        return Ok(Lying::Nothing);
    };
    let found = Found::below(folder)?;
    Ok(if found.read.is_empty() {
        Lying::Other(occupant)
    } else {
        Lying::Sql(found)
    })
}

pub(super) fn write_new(path: &Path, text: &str) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    let mut file = fs::File::create_new(path)?;
    io::Write::write_all(&mut file, text.as_bytes())
}

pub(super) fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    Failure::new(Exit::Error, format!("cannot write {}", path.display()))
        .because(error)
        .hint("use a folder that you may write:  dormer init DIR")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_example_is_embedded() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/shop");
        let mut found = Vec::new();
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let name = path
                    .strip_prefix(&root)
                    .unwrap()
                    .to_string_lossy()
                    .into_owned();
                if name == ".dormer" {
                    continue;
                }
                if path.is_dir() {
                    folders.push(path);
                } else {
                    found.push(name);
                }
            }
        }
        found.sort();
        let embedded: Vec<&str> = FILES.iter().map(|(path, _)| *path).collect();
        assert_eq!(embedded, found);
    }
}
