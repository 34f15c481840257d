//! `dormer graph`: who reads whom, in layers.

use super::{Face, Outcome};
use crate::args::{Global, Wanted};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::load::Loaded;
use crate::views::drawing::{Drawing, Format};
use crate::views::graph::{Edges, Picture};

const AFTER: &str = "\
Examples:
  dormer graph                               layer by layer, the ground at the bottom
  dormer graph --edges                       with the file and line of every edge
  dormer graph -s '+marts.orders_daily'      an object and all that it reads
  dormer graph -s 'clean.orders+'            an object and all its readers
  dormer graph --format svg > graph.svg      a picture for the browser
  dormer graph --format mermaid              a picture for Markdown
  dormer graph --json | jq '.edges[].read'";

/// Show who reads whom: layers and edges
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Args {
    #[command(flatten)]
    wanted: Wanted,
    /// How it is written: text, json, dot, mermaid or svg
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "text",
        hide_possible_values = true
    )]
    format: Format,
    /// Tell every edge with its place, in text
    #[arg(long)]
    edges: bool,
}

/// Loads, selects, draws.
///
/// # Errors
///
/// When there is no project, or the selection is none.
pub(crate) fn run(args: &Args, global: &Global) -> Result<Outcome, Failure> {
    if global.json && !matches!(args.format, Format::Text | Format::Json) {
        let failure = Failure::new(Exit::Usage, "--json and another --format cannot both hold");
        return Err(failure.hint("dormer graph --help"));
    }
    let loaded = Loaded::open(global)?;
    let selected = loaded.selected(&args.wanted)?;
    let picture = Picture::of(&loaded.project, &loaded.graph, selected.as_ref());
    let face = match args.format {
        Format::Json => Face::Json,
        Format::Text | Format::Dot | Format::Mermaid | Format::Svg => Face::Asked,
    };
    let edges = if args.edges {
        Edges::Shown
    } else {
        Edges::Hidden
    };
    let format = args.format;
    let drawing = Drawing {
        picture,
        format,
        edges,
    };
    Ok(Outcome::new(drawing)
        .face(face)
        .incomplete(loaded.incomplete(global)))
}
