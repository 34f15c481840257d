//! Everything that stands on an object or a column, layer by layer, and what a change would do to it.

pub(crate) mod script;

use std::fmt;

use anstyle::Style;
use dormer_core::engine::journal::ObjectState;
use dormer_core::engine::session::Mentions;
use dormer_core::graph::impact::{Certainty, RowEffect, Use};
use dormer_core::model::name::ObjectName;
use dormer_core::plan::impact::{Affected, Bound, Fate, Impact, Whose};
use serde::Serialize;

use super::style::{ERROR, FAINT, GOOD, HELP, STRONG, Table, WARNING, count, paint};
use crate::output;
use crate::report::plain;

/// What was asked for.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) object: ObjectName,
    pub(crate) column: Option<String>,
    pub(crate) kind: String,
    pub(crate) declared: bool,
    pub(crate) target: String,
    /// Commands that can be pasted.
    pub(crate) cleanup: String,
    pub(crate) script: String,
}

/// The result of `dormer impact`.
#[derive(Debug, Serialize)]
pub(crate) struct ImpactView {
    object: ObjectName,
    column: Option<String>,
    kind: String,
    declared: bool,
    target: String,
    /// Whether the target was asked.
    looked: bool,
    /// Nearest first.
    layers: Vec<LayerView>,
    bound: Vec<BoundView>,
    foreign_keys: Vec<KeyView>,
    /// Functions whose text names it.
    possible_readers: Vec<String>,
    kept: Vec<KeptView>,
    #[serde(skip)]
    cleanup: String,
    #[serde(skip)]
    script: String,
}

#[derive(Debug, Serialize)]
struct LayerView {
    objects: Vec<AffectedView>,
}

#[derive(Debug, Serialize)]
struct AffectedView {
    object: ObjectName,
    kind: String,
    declared: bool,
    owner: Option<String>,
    /// What of it carries the column.
    columns: Vec<String>,
    /// What it reads the column of.
    through: Vec<ObjectName>,
    /// `projected`, `filtered`, `grouped`, `joined`.
    uses: Vec<&'static str>,
    /// `none`, `inherited`, `decided`.
    rows: &'static str,
    certain: bool,
    /// Whether it breaks when the column goes; null where no column was asked for.
    breaks: Option<bool>,
    #[serde(rename = "when_replaced")]
    fate: Option<FateView>,
}

#[derive(Debug, Serialize)]
struct FateView {
    fate: &'static str,
    why: Option<String>,
    hint: Option<String>,
}

#[derive(Debug, Serialize)]
struct BoundView {
    what: String,
    to: ObjectName,
    by_row_type: bool,
    columns: Vec<String>,
    #[serde(rename = "when_replaced")]
    fate: Option<FateView>,
}

#[derive(Debug, Serialize)]
struct KeyView {
    on: ObjectName,
    to: ObjectName,
    says: String,
}

#[derive(Debug, Serialize)]
struct KeptView {
    relation: ObjectName,
    object: ObjectName,
    state: &'static str,
    run: String,
}

impl ImpactView {
    pub(crate) fn new(asked: Asked, impact: Impact, mentions: Option<Mentions>) -> Self {
        let mentions = mentions.unwrap_or_default();
        let column = asked.column.clone();
        let touches = |columns: &[String]| {
            column
                .as_ref()
                .is_none_or(|column| columns.contains(column))
        };
        let keys = mentions.foreign_keys.into_iter();
        let layers = impact.layers.into_iter().map(|layer| {
            let objects = layer.into_iter();
            let by_column = column.is_some();
            LayerView {
                objects: objects
                    .map(|(name, affected)| AffectedView::of(name, affected, by_column))
                    .collect(),
            }
        });
        // Those that the target has bound are certain readers, not possible ones.
        let bound: Vec<BoundView> = impact.bound.into_iter().map(BoundView::of).collect();
        let functions = mentions.functions.iter().map(ToString::to_string);
        let certain = |name: &String| {
            let what = format!("function {name}");
            bound.iter().any(|bound| bound.what == what)
        };
        let functions: Vec<String> = functions.filter(|name| !certain(name)).collect();
        Self {
            layers: layers.collect(),
            foreign_keys: keys
                .filter(|key| touches(&key.columns))
                .map(|key| KeyView {
                    on: key.on,
                    to: key.to,
                    says: key.says,
                })
                .collect(),
            possible_readers: functions,
            bound,
            kept: impact
                .kept
                .into_iter()
                .map(|(relation, kept)| KeptView {
                    relation,
                    object: kept.of,
                    state: kept.state.as_str(),
                    run: kept.run,
                })
                .collect(),
            looked: impact.looked,
            object: asked.object,
            column: asked.column,
            kind: asked.kind,
            declared: asked.declared,
            target: asked.target,
            cleanup: asked.cleanup,
            script: asked.script,
        }
    }

    fn objects(&self) -> impl Iterator<Item = &AffectedView> {
        self.layers.iter().flat_map(|layer| &layer.objects)
    }

    fn title(&self) -> String {
        titled(&self.object, self.column.as_deref())
    }
}

/// `raw.orders.net`, with quotes where the column needs them.
pub(crate) fn titled(object: &ObjectName, column: Option<&str>) -> String {
    let Some(column) = column else {
        return object.to_string();
    };
    let plain = column
        .chars()
        .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_');
    if plain {
        format!("{object}.{column}")
    } else {
        format!("{object}.\"{}\"", column.replace('"', "\"\""))
    }
}

impl AffectedView {
    fn of(object: ObjectName, affected: Affected, by_column: bool) -> Self {
        Self {
            breaks: by_column.then(|| affected.breaks()),
            object,
            declared: affected.whose == Whose::Declared,
            uses: affected.uses.into_iter().map(Use::as_str).collect(),
            rows: match affected.rows {
                RowEffect::None => "none",
                RowEffect::Inherited => "inherited",
                RowEffect::Decided => "decided",
            },
            certain: affected.certainty == Certainty::Certain,
            kind: affected.kind,
            owner: affected.owner,
            columns: affected.columns,
            through: affected.through,
            fate: affected.fate.map(FateView::of),
        }
    }

    fn kind_words(&self) -> String {
        match &self.owner {
            Some(owner) if !self.declared => format!("{} of {owner}", self.kind),
            _ => self.kind.clone(),
        }
    }

    /// What happens to it when the column goes.
    fn by_column(&self, subject: &ObjectName) -> (String, Style) {
        if !self.certain {
            return (
                "possible: its query is not understood as a whole".to_owned(),
                WARNING,
            );
        }
        let uses = if self.uses.is_empty() {
            "read".to_owned()
        } else {
            self.uses.join(", ")
        };
        let into = match self.columns.as_slice() {
            [] => String::new(),
            columns => format!(" as {}", columns.join(", ")),
        };
        if self.through.is_empty() {
            return ("its rows change".to_owned(), FAINT);
        }
        let straight = self.through.contains(subject);
        let others = self.through.iter().filter(|read| *read != subject);
        let others: Vec<String> = others.map(ToString::to_string).collect();
        let how = match (straight, others.as_slice()) {
            (true, _) => "reads it".to_owned(),
            (false, others) => format!("reads it through {}", others.join(", ")),
        };
        (format!("breaks: {how}, {uses}{into}"), ERROR)
    }
}

impl FateView {
    fn of(fate: Fate) -> Self {
        let name = fate.as_str();
        let (why, hint) = match fate {
            Fate::Left { why, hint } => (Some(why), hint),
            Fate::Swapped | Fate::RePointed | Fate::Carried | Fate::Untouched | Fate::BoundAnew => {
                (None, None)
            }
        };
        Self {
            fate: name,
            why,
            hint,
        }
    }

    fn words(&self) -> (String, Style) {
        match self.fate {
            "swapped" => ("swapped: built beside, takes the name".to_owned(), GOOD),
            "re-pointed" => ("re-pointed: keeps its identity".to_owned(), GOOD),
            "carried" => (
                "carried: built anew, with all that it wears".to_owned(),
                GOOD,
            ),
            "untouched" => (
                "untouched: what it reads keeps its identity".to_owned(),
                FAINT,
            ),
            "bound-anew" => ("bound anew in the cutover".to_owned(), GOOD),
            _ => {
                let why = self.why.as_deref().unwrap_or_default();
                (format!("left on the retired generation: {why}"), ERROR)
            }
        }
    }
}

impl BoundView {
    fn of(bound: Bound) -> Self {
        Self {
            what: bound.what,
            to: bound.to,
            by_row_type: bound.by_row_type,
            columns: bound.columns,
            fate: bound.fate.map(FateView::of),
        }
    }
}

impl fmt::Display for ImpactView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.looked {
            format!("in target {}", plain(&self.target))
        } else {
            "by the files alone".to_owned()
        };
        let title = format!("Impact of {}", plain(&self.title()));
        writeln!(
            f,
            "{} {}, {}",
            paint(title, STRONG),
            place,
            plain(&self.kind)
        )?;
        for (at, layer) in self.layers.iter().enumerate() {
            let heading = format!("Layer {} above", at + 1);
            writeln!(f, "\n{}", paint(heading, STRONG))?;
            let mut table = Table::default();
            for object in &layer.objects {
                self.row(&mut table, object);
            }
            table.write_within(f, 2, output::width())?;
        }
        self.bound_text(f)?;
        self.keys_text(f)?;
        self.possible_text(f)?;
        self.kept_text(f)?;
        self.sum(f)
    }
}

impl ImpactView {
    fn row(&self, table: &mut Table, object: &AffectedView) {
        let (text, style) = match (&self.column, &object.fate) {
            (Some(_), _) => object.by_column(&self.object),
            (None, Some(fate)) => fate.words(),
            (None, None) if self.looked => ("stands in the way of a DROP".to_owned(), FAINT),
            (None, None) => (String::new(), FAINT),
        };
        let name = object.object.to_string();
        table.row([
            (&name, Style::new()),
            (&object.kind_words(), FAINT),
            (&text, style),
        ]);
    }

    fn bound_text(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.bound.is_empty() {
            return Ok(());
        }
        writeln!(f, "\n{}", paint("Bound to it besides", STRONG))?;
        let mut table = Table::default();
        for bound in &self.bound {
            let how = if bound.by_row_type {
                format!("uses the type of rows of {}", bound.to)
            } else if bound.columns.is_empty() {
                format!("reads {}", bound.to)
            } else {
                format!("reads {} ({})", bound.to, bound.columns.join(", "))
            };
            let (text, style) = match &bound.fate {
                Some(fate) if self.column.is_none() => fate.words(),
                _ => (String::new(), FAINT),
            };
            table.row([(&bound.what, Style::new()), (&how, FAINT), (&text, style)]);
        }
        table.write_within(f, 2, output::width())
    }

    fn keys_text(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.foreign_keys.is_empty() {
            return Ok(());
        }
        writeln!(f, "\n{}", paint("Foreign keys", STRONG))?;
        let mut table = Table::default();
        for key in &self.foreign_keys {
            let on = format!("{} to {}", key.on, key.to);
            table.row([(&on, Style::new()), (&key.says, FAINT)]);
        }
        table.write_within(f, 2, output::width())
    }

    fn possible_text(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.possible_readers.is_empty() {
            return Ok(());
        }
        let heading = "Possible readers: functions whose text has this name";
        writeln!(f, "\n{}", paint(heading, STRONG))?;
        for function in &self.possible_readers {
            writeln!(f, "  {}", plain(function))?;
        }
        Ok(())
    }

    fn kept_text(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.kept.is_empty() {
            return Ok(());
        }
        writeln!(f, "\n{}", paint("Generations that hold on to it", STRONG))?;
        let mut table = Table::default();
        for kept in &self.kept {
            let what = format!(
                "{} generation of {}, run {}",
                kept.state, kept.object, kept.run
            );
            table.row([(&kept.relation.to_string(), Style::new()), (&what, FAINT)]);
        }
        table.write(f, 2)?;
        let retired = ObjectState::Retired.as_str();
        if self.kept.iter().any(|kept| kept.state == retired) {
            let command = paint(plain(&self.cleanup), HELP);
            writeln!(f, "  give up the way back, and free it:  {command}")?;
        }
        Ok(())
    }

    fn sum(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f)?;
        let all = self.objects().count();
        let others = self.objects().filter(|object| !object.declared).count();
        let not_declared = match others {
            0 => String::new(),
            n => format!(", {n} of them not declared"),
        };
        if self.column.is_some() {
            let broken = self
                .objects()
                .filter(|one| one.breaks == Some(true) && one.certain);
            let possible = self.objects().filter(|one| !one.certain).count();
            let possible = match possible {
                0 => String::new(),
                n => format!(", {n} may"),
            };
            writeln!(
                f,
                "{} {} above{not_declared}; without the column {} would break{possible}.",
                if all == 0 {
                    "Nothing".to_owned()
                } else {
                    count(all, "object")
                },
                if all > 1 { "stand" } else { "stands" },
                broken.count(),
            )?;
        } else if all == 0 {
            writeln!(f, "Nothing stands on it.")?;
        } else {
            let verb = if all == 1 { "stands" } else { "stand" };
            writeln!(f, "{} {verb} on it{not_declared}.", count(all, "object"))?;
        }
        if !self.looked {
            let text = "The target was not asked: what nobody declared, and what a replace would do, is not here.";
            return writeln!(f, "{}", paint(text, FAINT));
        }
        if !self.declared && all + self.bound.len() > 0 {
            let command = paint(plain(&self.script), HELP);
            writeln!(f, "The statements around your own change of it:  {command}")?;
        }
        Ok(())
    }
}
