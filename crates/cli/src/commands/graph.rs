//! `dormer graph`: who reads whom, in layers.

use clap::ValueEnum;

use super::{Face, Outcome};
use crate::args::Global;
use crate::failure::Failure;
use crate::load::Loaded;
use crate::views::graph::GraphView;

const AFTER: &str = "\
Examples:
  dormer graph                                  layer by layer, from the ground up
  dormer graph -s '+marts.orders_daily'         an object and all that it reads
  dormer graph -s 'clean.orders+'               an object and all its readers
  dormer graph --format svg > graph.svg         a picture for the browser
  dormer graph --format dot | dot -Tpng > g.png the same by Graphviz
  dormer graph --json | jq '.edges'";

/// Show who reads whom: layers and edges
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Args {
    /// How it is written: text, json, dot, mermaid or svg
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "text",
        hide_possible_values = true
    )]
    format: Format,
}

/// The forms of a graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
    Dot,
    Mermaid,
    Svg,
}

/// Loads, selects, draws.
///
/// # Errors
///
/// When there is no project, or the selection is none.
pub(crate) fn run(args: &Args, global: &Global) -> Result<Outcome, Failure> {
    let loaded = Loaded::open(global)?;
    let face = match args.format {
        Format::Text => Face::Asked,
        Format::Json => Face::Json,
        Format::Dot | Format::Mermaid | Format::Svg => Face::Text,
    };
    let complaint = loaded.incomplete();
    Ok(Outcome::new(GraphView).face(face).incomplete(complaint))
}
