//! Colours, fonts and glyphs of the picture, light and dark.

use super::super::Kind;
use super::length;

/// What stands for a kind: its class, and its glyph on a square of 16.
pub(super) struct Glyph {
    pub(super) class: &'static str,
    pub(super) path: &'static str,
}

/// The glyph of a kind.
pub(super) const fn glyph(kind: Kind) -> Glyph {
    match kind {
        Kind::External => Glyph {
            class: "k-ext",
            path: "M2.8 4.3C2.8 2.5 13.2 2.5 13.2 4.3S2.8 6.1 2.8 4.3V11.7C2.8 13.5 13.2 13.5 \
                   13.2 11.7V4.3M2.8 8C2.8 9.8 13.2 9.8 13.2 8",
        },
        Kind::Source => Glyph {
            class: "k-src",
            path: "M1.8 8H10M7 4.8 10.2 8 7 11.2M13.6 2.8V13.2",
        },
        Kind::Table => Glyph {
            class: "k-tab",
            path: "M2.2 3.2H13.8V12.8H2.2ZM2.2 6.6H13.8M6.6 6.6V12.8M2.2 9.7H13.8",
        },
        Kind::TableAs => Glyph {
            class: "k-tab",
            path: "M2.2 3.2H13.8V12.8H2.2ZM2.2 6.6H13.8M5 9.7H10.6M8.8 7.9 10.8 9.7 8.8 11.5",
        },
        Kind::View => Glyph {
            class: "k-view",
            path: "M1.6 8C3.4 4.9 5.5 3.5 8 3.5S12.6 4.9 14.4 8C12.6 11.1 10.5 12.5 8 12.5S3.4 \
                   11.1 1.6 8ZM10.1 8A2.1 2.1 0 1 1 5.9 8 2.1 2.1 0 1 1 10.1 8Z",
        },
        Kind::MaterializedView => Glyph {
            class: "k-mv",
            path: "M8 2 14.2 5.1 8 8.2 1.8 5.1ZM1.8 8 8 11.1 14.2 8M1.8 10.9 8 14 14.2 10.9",
        },
        Kind::Sink => Glyph {
            class: "k-sink",
            path: "M2.4 2.8V13.2M6 8H14.2M11 4.8 14.2 8 11 11.2",
        },
        Kind::Subscription => Glyph {
            class: "k-sub",
            path: "M3 3A10 10 0 0 1 13 13M3 7.4A5.6 5.6 0 0 1 8.6 13M4.4 12.3A.7.7 0 1 1 3 12.3 \
                   .7.7 0 1 1 4.4 12.3Z",
        },
        Kind::Function => Glyph {
            class: "k-fn",
            path: "M11.4 3.3C9.4 2.2 8.5 3.4 8.2 5.2L6.9 11.6C6.5 13.5 5.3 13.8 3.9 12.9M5 \
                   6.8H11",
        },
    }
}

/// All kinds, in the order of the legend.
pub(super) const KINDS: [Kind; 9] = [
    Kind::MaterializedView,
    Kind::View,
    Kind::Table,
    Kind::TableAs,
    Kind::Source,
    Kind::Sink,
    Kind::Subscription,
    Kind::Function,
    Kind::External,
];

/// A colour as red, green, blue.
type Colour = [f64; 3];

/// Ground, middle and sky.
const LIGHT: [Colour; 3] = [
    [245.0, 236.0, 221.0],
    [234.0, 241.0, 229.0],
    [227.0, 236.0, 250.0],
];
const DARK: [Colour; 3] = [[45.0, 38.0, 28.0], [29.0, 40.0, 35.0], [25.0, 36.0, 54.0]];

/// The colours of the bands from the ground up, one CSS rule a band.
pub(super) fn bands(strata: usize, dark: bool) -> String {
    let stops = if dark { &DARK } else { &LIGHT };
    let rules = (0..strata).map(|band| {
        let along = match strata {
            0 | 1 => 0.0,
            _ => length(band) / length(strata - 1),
        };
        format!(".dg .b{band}{{fill:{}}}", blend(stops, along * 2.0))
    });
    rules.collect()
}

fn blend([ground, middle, sky]: &[Colour; 3], along: f64) -> String {
    let (from, to, part) = if along < 1.0 {
        (ground, middle, along)
    } else {
        (middle, sky, along - 1.0)
    };
    let mixed = from
        .iter()
        .zip(to)
        .map(|(from, to)| (from + (to - from) * part).round());
    let parts: Vec<String> = mixed.map(|part| format!("{part}")).collect();
    format!("rgb({})", parts.join(","))
}

/// What holds in light and dark.
pub(super) const SHAPE: &str = "\
.dg{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,'DejaVu Sans',sans-serif}
.dg .t{font-size:21px;font-weight:650;letter-spacing:-.01em}
.dg .s{font-size:13px}
.dg .l{font-size:13px;font-weight:600}
.dg .c{font-size:11.5px}
.dg .m{font-family:ui-monospace,'SF Mono','Cascadia Code','JetBrains Mono',Menlo,Consolas,'DejaVu Sans Mono',monospace;font-size:12.5px}
.dg .q{font-size:10.5px}
.dg .n,.dg .e{transition:opacity .12s}
.dg .n{cursor:default}
.dg .x{stroke-width:1.1}
.dg .o .x{stroke-dasharray:4 3}
.dg .g{fill:none;stroke-width:1.3;stroke-linecap:round;stroke-linejoin:round}
.dg .h{fill-opacity:.13}
.dg .e{fill:none;stroke-width:1.35;stroke-linecap:round}
.dg .y{marker-end:url(#dg-tip)}
.dg .w{stroke:var(--w);stroke-width:2}.dg .r{stroke:var(--r);stroke-width:2}
.dg:has(.n:hover) .e{opacity:.12}
.dg:has(.n:hover) .n{opacity:.32}
";

/// The colours of edges under the pointer as variables, then background, text, faint text, node and
/// its line, edge, cycle, kinds.
pub(super) const LIGHT_COLOURS: &str = "\
.dg{--w:#c77416;--r:#2b67d8}.dg .bg{fill:#fff}.dg .t,.dg .m,.dg .l{fill:#1b2430}.dg .s,.dg .c,.dg .q{fill:#5d6878}
.dg .x{fill:#fff;stroke:#c9d1dc}.dg .o .x{fill:#fffdf9;stroke:#bfae92}
.dg .e{stroke:#98a4b5}.dg .y{stroke:#c8402f}.dg .tip{fill:#c8402f}.dg .bad .x{stroke:#c8402f}.dg .b-loop{fill:#fbe9e6}
.dg .k-mv{color:#4453c4}.dg .k-view{color:#0b7f8e}.dg .k-tab{color:#a56a05}.dg .k-ext{color:#8a7350}
.dg .k-src{color:#2c7d3c}.dg .k-sink{color:#b23a72}.dg .k-sub{color:#b4502a}.dg .k-fn{color:#7a48b8}
.dg .g{stroke:currentColor}.dg .h{fill:currentColor}
";

pub(super) const DARK_COLOURS: &str = "\
.dg{--w:#f0a552;--r:#78a6ff}.dg .bg{fill:#11151b}.dg .t,.dg .m,.dg .l{fill:#e8edf4}.dg .s,.dg .c,.dg .q{fill:#9aa6b6}
.dg .x{fill:#1d242e;stroke:#3c4755}.dg .o .x{fill:#221f1a;stroke:#6d6047}
.dg .e{stroke:#647286}.dg .y{stroke:#ef7161}.dg .tip{fill:#ef7161}.dg .bad .x{stroke:#ef7161}.dg .b-loop{fill:#33201f}
.dg .k-mv{color:#98a5ff}.dg .k-view{color:#52c7d6}.dg .k-tab{color:#e2ad4e}.dg .k-ext{color:#c3ad86}
.dg .k-src{color:#72c784}.dg .k-sink{color:#f087b6}.dg .k-sub{color:#f0946b}.dg .k-fn{color:#c09af5}
";
