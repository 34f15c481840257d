//! Writes the elements: bands, then edges, then nodes, then the legend.
//!
//! The node under the pointer lights up what it reads and who reads it, near and far: edges and
//! nodes carry the numbers of all nodes that light them up as classes, and each node has its own
//! rule.

use std::collections::BTreeSet;
use std::fmt::{self, Write};

use super::super::{Arrow, Kind, Node, Picture, count};
use super::place::{Band, FOOTER, Places};
use super::ranks::{LABEL, NODE_HEIGHT, Neighbours, Ranks, Stratum};
use super::reach::Reached;
use super::theme;
use super::{Each, length};

/// Edges leave and reach a node this far apart, at most.
const PORT: f64 = 9.0;

/// Writes the whole picture.
pub(super) fn paint(picture: &Picture, ranks: &Ranks, places: &Places) -> String {
    let mut brush = Brush {
        out: String::new(),
        reached: Reached::of(picture, &Neighbours::of(picture)),
        picture,
        ranks,
        places,
    };
    // Writing to a string cannot fail.
    let _written = brush.all();
    brush.out
}

struct Brush<'a> {
    out: String,
    picture: &'a Picture,
    ranks: &'a Ranks,
    places: &'a Places,
    reached: Reached,
}

impl Brush<'_> {
    fn all(&mut self) -> fmt::Result {
        let legend = self.legend();
        let height = self.places.height + legend.more;
        let (width, height) = (num(self.places.width), num(height));
        let project = escaped(&self.picture.project);
        let summary = self.picture.summary();
        writeln!(
            self.out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"dg\" role=\"img\" \
             width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">"
        )?;
        writeln!(self.out, "<title>{project}: {summary}</title>")?;
        self.style()?;
        writeln!(
            self.out,
            "<rect class=\"bg\" width=\"100%\" height=\"100%\"/>"
        )?;
        writeln!(
            self.out,
            "<text class=\"t\" x=\"24\" y=\"40\">{project}</text>"
        )?;
        writeln!(
            self.out,
            "<text class=\"s\" x=\"24\" y=\"62\">{summary}</text>"
        )?;
        let strata = self.ranks.strata.iter().zip(&self.places.bands);
        for (number, (stratum, band)) in strata.enumerate() {
            self.band(number, stratum, *band)?;
        }
        self.edges()?;
        for (number, node) in self.picture.nodes.iter().enumerate() {
            self.node(number, node)?;
        }
        self.out.push_str(&legend.text);
        writeln!(self.out, "</svg>")
    }

    fn style(&mut self) -> fmt::Result {
        let strata = self.ranks.strata.len();
        writeln!(self.out, "<style>")?;
        self.out.push_str(theme::SHAPE);
        self.out.push_str(theme::LIGHT_COLOURS);
        writeln!(self.out, "{}", theme::bands(strata, false))?;
        self.hover()?;
        writeln!(self.out, "@media(prefers-color-scheme:dark){{")?;
        self.out.push_str(theme::DARK_COLOURS);
        writeln!(self.out, "{}", theme::bands(strata, true))?;
        writeln!(self.out, "}}\n</style>")?;
        writeln!(
            self.out,
            "<marker id=\"dg-tip\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"6\" \
             markerHeight=\"6\" orient=\"auto\"><path class=\"tip\" d=\"M0 0L8 4L0 8Z\"/></marker>"
        )
    }

    fn hover(&mut self) -> fmt::Result {
        for number in 0..self.picture.nodes.len() {
            let on = format!(".dg:has(#n{number}:hover)");
            write!(
                self.out,
                "{on} .d{number}{{stroke:var(--w);stroke-width:2;opacity:1}}"
            )?;
            write!(
                self.out,
                "{on} .u{number}{{stroke:var(--r);stroke-width:2;opacity:1}}"
            )?;
            writeln!(self.out, "{on} :is(#n{number},.v{number}){{opacity:1}}")?;
        }
        Ok(())
    }

    fn band(&mut self, number: usize, stratum: &Stratum, band: Band) -> fmt::Result {
        let class = match stratum.layer {
            Some(_) => format!("b{number}"),
            None => "b-loop".to_owned(),
        };
        let Band { top, height } = band;
        let width = self.places.width - 24.0;
        writeln!(
            self.out,
            "<rect class=\"{class}\" x=\"12\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"12\"/>",
            num(top),
            num(width),
            num(height)
        )?;
        let (name, what) = match stratum.layer {
            None => ("no layer".to_owned(), "in a cycle".to_owned()),
            Some(0) => ("ground".to_owned(), count(stratum.nodes, "external")),
            Some(layer) => (format!("layer {layer}"), count(stratum.nodes, "object")),
        };
        let middle = top + height / 2.0;
        let (first, second) = (num(middle - 2.0), num(middle + 15.0));
        writeln!(
            self.out,
            "<text class=\"l\" x=\"28\" y=\"{first}\">{name}</text>"
        )?;
        writeln!(
            self.out,
            "<text class=\"c\" x=\"28\" y=\"{second}\">{what}</text>"
        )?;
        if stratum.layer.is_none() {
            let third = num(middle + 31.0);
            writeln!(
                self.out,
                "<text class=\"c\" x=\"28\" y=\"{third}\">or above one</text>"
            )?;
        }
        Ok(())
    }

    fn edges(&mut self) -> fmt::Result {
        let ports = Ports::of(self.ranks, self.places);
        for (edge, route) in self.picture.edges.iter().zip(&self.ranks.routes) {
            let up = route.len() > 2 || self.rises(route);
            let path = if up {
                self.climb(route, &ports)
            } else {
                self.bow(route)
            };
            let class = if up { "e" } else { "e y" };
            let title = told(edge);
            write!(self.out, "<path class=\"{class}")?;
            for reader in self.reached.upward(edge.ends.reader) {
                write!(self.out, " d{reader}")?;
            }
            for read in self.reached.downward(edge.ends.read) {
                write!(self.out, " u{read}")?;
            }
            writeln!(self.out, "\" d=\"{path}\"><title>{title}</title></path>")?;
        }
        Ok(())
    }

    fn rises(&self, route: &[usize]) -> bool {
        let tops: Vec<f64> = route
            .iter()
            .map(|cell| self.places.top.get(*cell))
            .collect();
        tops.iter()
            .zip(tops.iter().skip(1))
            .all(|(below, above)| below > above)
    }

    /// An edge from the top of what is read, through its bends, to the foot of its reader.
    fn climb(&self, route: &[usize], ports: &Ports) -> String {
        let mut path = String::new();
        for (from, to) in route.iter().zip(route.iter().skip(1)) {
            let (x, y) = (ports.leave(*from, *to), self.places.top.get(*from));
            let (to_x, to_y) = (
                ports.reach(*from, *to),
                self.places.top.get(*to) + NODE_HEIGHT,
            );
            let middle = f64::midpoint(y, to_y);
            let written = if path.is_empty() {
                write!(path, "M{} {}", num(x), num(y))
            } else {
                write!(path, "V{}", num(y))
            };
            let curve = format!(
                "C{} {} {} {} {} {}",
                num(x),
                num(middle),
                num(to_x),
                num(middle),
                num(to_x),
                num(to_y)
            );
            path.push_str(if written.is_ok() { &curve } else { "" });
        }
        path
    }

    /// An edge that no layer gives a way up: a bow over the nodes to the right, under them to the
    /// left, or around the corner of the node itself.
    fn bow(&self, route: &[usize]) -> String {
        let end = |cell: Option<&usize>| {
            let cell = cell.copied().unwrap_or_default();
            (self.places.middle.get(cell), self.places.top.get(cell))
        };
        let ((x, y), (to_x, to_y)) = (end(route.first()), end(route.last()));
        let itself = route.first() == route.last();
        let (side, rise) = if x <= to_x {
            (0.0, -1.0)
        } else {
            (NODE_HEIGHT, 1.0)
        };
        let lean = if itself { -14.0 } else { -8.0 * rise };
        let rise = rise
            * (if itself {
                30.0
            } else {
                20.0 + (to_x - x).abs().min(240.0) / 12.0
            });
        let (start, stop) = (x + lean, to_x - lean);
        let out = if itself { 2.0 * lean } else { 0.0 };
        format!(
            "M{} {}C{} {} {} {} {} {}",
            num(start),
            num(y + side),
            num(start + out),
            num(y + side + rise),
            num(stop - out),
            num(to_y + side + rise),
            num(stop),
            num(to_y + side)
        )
    }

    fn node(&mut self, number: usize, node: &Node) -> fmt::Result {
        let width = self.ranks.widths.get(number);
        let x = self.places.middle.get(number) - width / 2.0;
        let y = self.places.top.get(number);
        let glyph = theme::glyph(node.kind);
        let mut class = "n".to_owned();
        if node.kind == Kind::External {
            class.push_str(" o");
        }
        if node.layer.is_none() {
            class.push_str(" bad");
        }
        for other in self.reached.both(number) {
            write!(class, " v{other}")?;
        }
        writeln!(
            self.out,
            "<g id=\"n{number}\" class=\"{class}\" transform=\"translate({} {})\"><title>{}</title>",
            num(x),
            num(y),
            tooltip(node)
        )?;
        writeln!(
            self.out,
            "<rect class=\"x\" width=\"{}\" height=\"{}\" rx=\"9\"/>",
            num(width),
            num(NODE_HEIGHT)
        )?;
        self.glyph(&glyph, 8.0, 9.5);
        let (name, schema) = (label(&node.parts.name), label(&node.parts.schema));
        writeln!(
            self.out,
            "<text class=\"m\" x=\"40\" y=\"20\">{name}</text>"
        )?;
        writeln!(
            self.out,
            "<text class=\"q\" x=\"40\" y=\"34\">{schema}</text></g>"
        )
    }

    fn glyph(&mut self, glyph: &theme::Glyph, x: f64, y: f64) {
        let glyph = placed(glyph, x, y);
        self.out.push_str(&glyph);
    }

    /// The kinds that are shown, and what the colours under the pointer mean.
    fn legend(&self) -> Legend {
        let kinds: BTreeSet<Kind> = self.picture.nodes.iter().map(|node| node.kind).collect();
        let mut legend = Legend {
            text: String::new(),
            more: 0.0,
            x: 24.0,
            y: self.places.height - FOOTER / 2.0 - 8.0,
            right: self.places.width - 24.0,
        };
        for kind in theme::KINDS.iter().filter(|kind| kinds.contains(kind)) {
            let glyph = theme::glyph(*kind);
            legend.item(kind.words(), |x, y| placed(&glyph, x, y));
        }
        let line = |class: &'static str| {
            move |x: f64, y: f64| {
                let (x, y) = (num(x), num(y + 12.5));
                format!("<path class=\"{class}\" d=\"M{x} {y}h24\"/>\n")
            }
        };
        legend.item("under the pointer: what it reads", line("w"));
        legend.item("who reads it", line("r"));
        legend
    }
}

/// The legend so far, and where it goes on.
struct Legend {
    text: String,
    /// The height of the lines after the first.
    more: f64,
    x: f64,
    y: f64,
    right: f64,
}

impl Legend {
    fn item(&mut self, words: &str, sign: impl Fn(f64, f64) -> String) {
        let width = 33.0 + length(words.len()) * 6.4 + 20.0;
        if self.x + width > self.right && self.x > 24.0 {
            self.x = 24.0;
            self.y += 32.0;
            self.more += 32.0;
        }
        self.text.push_str(&sign(self.x, self.y));
        let (x, y) = (num(self.x + 33.0), num(self.y + 17.0));
        let text = format!("<text class=\"c\" x=\"{x}\" y=\"{y}\">{words}</text>\n");
        self.text.push_str(&text);
        self.x += width;
    }
}

fn placed(glyph: &theme::Glyph, x: f64, y: f64) -> String {
    format!(
        "<g class=\"{}\" transform=\"translate({} {})\"><rect class=\"h\" width=\"25\" height=\"25\" \
         rx=\"7\"/><path class=\"g\" transform=\"translate(4.5 4.5)\" d=\"{}\"/></g>\n",
        glyph.class,
        num(x),
        num(y),
        glyph.path
    )
}

/// Where links touch their cells: beside each other, in the order of where they go.
struct Ports {
    /// By lower cell: the upper cells with the place above the lower one.
    leave: Vec<Vec<(usize, f64)>>,
    reach: Vec<Vec<(usize, f64)>>,
}

impl Ports {
    fn of(ranks: &Ranks, places: &Places) -> Self {
        let of = |links: &[Vec<usize>]| {
            let cells = links.iter().enumerate();
            let ports = cells.map(|(cell, linked)| ports(cell, linked, &ranks.widths, places));
            ports.collect()
        };
        Self {
            leave: of(&ranks.above),
            reach: of(&ranks.below),
        }
    }

    fn leave(&self, from: usize, to: usize) -> f64 {
        find(&self.leave, from, to)
    }

    fn reach(&self, from: usize, to: usize) -> f64 {
        find(&self.reach, to, from)
    }
}

fn find(ports: &[Vec<(usize, f64)>], cell: usize, other: usize) -> f64 {
    let own = ports.get(cell).into_iter().flatten();
    let mut own = own.filter(|(linked, _)| *linked == other);
    own.next().map_or(0.0, |(_, x)| *x)
}

fn ports(cell: usize, linked: &[usize], widths: &Each<f64>, places: &Places) -> Vec<(usize, f64)> {
    let mut linked = linked.to_vec();
    linked.sort_by(|a, b| places.middle.get(*a).total_cmp(&places.middle.get(*b)));
    linked.dedup();
    let between = length(linked.len().saturating_sub(1));
    let room = (widths.get(cell) - 28.0).max(0.0);
    let step = if between > 0.0 {
        PORT.min(room / between)
    } else {
        0.0
    };
    let first = places.middle.get(cell) - step * between / 2.0;
    let ports = linked.into_iter().enumerate();
    ports
        .map(|(number, other)| (other, first + step * length(number)))
        .collect()
}

fn told(edge: &Arrow) -> String {
    let at: Vec<String> = edge.at.iter().map(ToString::to_string).collect();
    let text = format!("{} reads {}\n{}", edge.reader, edge.read, at.join("\n"));
    escaped(&text)
}

/// What the tooltip of a node says.
fn tooltip(node: &Node) -> String {
    let mut lines = vec![node.name.clone(), node.kind_words()];
    lines.extend(node.file.clone());
    let listed = |what: &str, names: &[String]| {
        (!names.is_empty()).then(|| format!("{what} {}", names.join(", ")))
    };
    lines.extend(listed("reads", &node.reads));
    lines.extend(listed("read by", &node.readers));
    escaped(&lines.join("\n"))
}

/// A name that is too long loses its middle: both ends tell objects apart.
fn label(text: &str) -> String {
    let letters = text.chars().count();
    if letters <= LABEL {
        return escaped(text);
    }
    let head: String = text.chars().take(LABEL / 2).collect();
    let tail: String = text
        .chars()
        .skip(letters - (LABEL - LABEL / 2 - 1))
        .collect();
    escaped(&format!("{head}\u{2026}{tail}"))
}

/// A number with one digit after the point, where it needs one.
fn num(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// Text that XML holds; letters that it cannot hold at all become the replacement character.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push('\n'),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ if c.is_control() => out.push('\u{fffd}'),
            _ => out.push(c),
        }
    }
    out
}
