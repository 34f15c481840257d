//! `dormer init`: a folder becomes a project that works at once.
//!
//! The files are those of `examples/shop`, so that what a newcomer gets is what the tests run.
//! **Nothing is ever overwritten.**

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use dormer_core::project::config::FILE_NAME;

use super::Outcome;
use crate::args::Global;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::paste;
use crate::views::init::InitView;

const AFTER: &str = "\
Examples:
  dormer init shop     a new folder with a small shop: raw tables, views in four layers
  dormer init          the same in the current folder, when it is empty

Nothing is overwritten: the folder must be empty, hidden files aside.";

/// Start a project that works at once, with a small shop in it
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

/// Writes the project.
///
/// # Errors
///
/// When the folder is not empty or cannot be written.
pub(crate) fn run(args: &Args, global: &Global) -> Result<Outcome, Failure> {
    let folder = match &global.directory {
        Some(base) => base.join(&args.folder),
        None => args.folder.clone(),
    };
    let shown = folder.display();
    match occupant(&folder) {
        Ok(None) => {}
        Ok(Some(occupant)) => {
            let failure = Failure::new(Exit::Error, format!("{shown} is not empty")).cause(
                format!("{occupant} is there, and nothing is ever overwritten"),
            );
            let hint = if occupant == FILE_NAME {
                let folder = paste::quoted(&shown.to_string());
                format!("it is a project:  dormer check -C {folder}")
            } else {
                "use a new folder:  dormer init DIR".to_owned()
            };
            return Err(failure.hint(hint));
        }
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            let file = folder.ancestors().find(|path| path.is_file());
            let shown = file.unwrap_or(&folder).display();
            let failure = Failure::new(Exit::Error, format!("{shown} is a file, not a folder"));
            return Err(failure.hint("use a new folder:  dormer init DIR"));
        }
        Err(error) => return Err(cannot_write(&folder, &error)),
    }
    for (path, text) in FILES {
        let path = folder.join(path);
        write_new(&path, text).map_err(|error| cannot_write(&path, &error))?;
    }
    let files = FILES.iter().map(|(path, _)| *path).collect();
    Ok(Outcome::new(InitView::new(&folder, files)))
}

/// Tells what is in the way: the first entry that is not hidden, or a hidden one to be written.
pub(super) fn occupant(folder: &Path) -> io::Result<Option<String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut names = Vec::new();
    for entry in entries {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    // The most telling name first.
    names.sort_by_key(|name| (name != FILE_NAME, name.clone()));
    let ours = |name: &str| FILES.iter().any(|(path, _)| *path == name);
    let in_the_way = |name: &String| !name.starts_with('.') || ours(name);
    Ok(names.into_iter().find(in_the_way))
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
