//! The text face of one object: sections in the order in which people ask.

use std::fmt;

use super::{GrantView, NeighbourView, ShowView};
use crate::report::plain;
use crate::views::style::{FAINT, STRONG, Table, paint};

impl fmt::Display for ShowView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.head(f)?;
        neighbours(f, "Reads", &self.reads)?;
        neighbours(f, "Read by", &self.read_by)?;
        self.columns(f)?;
        self.companions(f)?;
        self.settings(f)?;
        if let Some(how) = self.refreshed {
            heading(f, "Refreshed")?;
            writeln!(f, "  {how}")?;
        }
        self.definition(f)?;
        match &self.observed {
            Some(observed) => observed.write(f, &self.target),
            None => Ok(()),
        }
    }
}

pub(super) fn heading(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    writeln!(f, "\n{}", paint(text, STRONG))
}

fn neighbours(f: &mut fmt::Formatter<'_>, title: &str, list: &[NeighbourView]) -> fmt::Result {
    heading(f, title)?;
    if list.is_empty() {
        return writeln!(f, "  {}", paint("nothing in this project", FAINT));
    }
    let mut table = Table::default();
    for neighbour in list {
        let layer = match neighbour.layer {
            Some(0) | None => String::new(),
            Some(layer) => format!("layer {layer}"),
        };
        table.row([
            (&neighbour.object, STRONG),
            (&neighbour.words, FAINT),
            (&layer, FAINT),
        ]);
    }
    table.write(f, 2)
}

impl ShowView {
    fn head(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let layer = match self.layer {
            Some(0) => String::new(),
            Some(layer) => format!("   layer {layer} of {}", self.layers),
            None => "   in no layer: part of a cycle or above one".to_owned(),
        };
        let head = format!(
            "{}   {}{layer}",
            paint(plain(&self.object), STRONG),
            self.kind_words
        );
        writeln!(f, "{head}")?;
        if !self.place.is_empty() {
            writeln!(f, "{}", paint(plain(&self.place), FAINT))?;
        }
        if !self.description.is_empty() {
            writeln!(f)?;
        }
        for line in self.description.lines() {
            writeln!(f, "  {}", plain(line))?;
        }
        Ok(())
    }

    fn columns(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.columns.is_empty() {
            heading(f, "Columns")?;
            let mut table = Table::default();
            for column in &self.columns {
                let name = &column.name;
                let mut from = column.from.iter();
                let first = match (from.next(), &column.type_name) {
                    (Some(from), _) => format!("<- {from}"),
                    (None, Some(type_name)) => type_name.clone(),
                    (None, None) if column.from_nothing => "<- no column".to_owned(),
                    (None, None) => String::new(),
                };
                table.row([(name, STRONG), (&first, FAINT)]);
                for next in from {
                    table.row([("", STRONG), (&format!("   {next}"), FAINT)]);
                }
            }
            table.write(f, 2)?;
        }
        if !self.rows.is_empty() {
            heading(f, "Rows are decided by")?;
            for column in &self.rows {
                writeln!(f, "  {}", plain(column))?;
            }
        }
        for partial in &self.partial {
            let what = format!(
                "Lineage is partial: line {} has {}",
                partial.line, partial.reason
            );
            writeln!(f, "\n{what}")?;
        }
        Ok(())
    }

    fn companions(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let companions = &self.companions;
        let mut table = Table::default();
        let mut add = |title: &str, text: &str| {
            table.row([(title, FAINT), (text, anstyle::Style::new())]);
        };
        if let Some(comment) = &companions.comment {
            add("comment", comment);
        }
        for column in &self.columns {
            if let Some(comment) = &column.comment {
                add(&format!("comment on {}", column.name), comment);
            }
        }
        if let Some(owner) = &companions.owner {
            add("owner", owner);
        }
        for index in &companions.indexes {
            add("index", index);
        }
        for grant in grants(&companions.grants) {
            add("grant", &grant);
        }
        for audit in &companions.audits {
            add("audit", audit);
        }
        if table.is_empty() {
            return Ok(());
        }
        heading(f, "Made with it")?;
        table.write(f, 2)
    }

    fn settings(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.settings.is_empty() {
            return Ok(());
        }
        heading(f, "Settings")?;
        let mut table = Table::default();
        for setting in &self.settings {
            let at = setting.at.as_deref().unwrap_or("default");
            let from = match &setting.rule {
                Some(rule) => format!("{at}, rule {rule}"),
                None => at.to_owned(),
            };
            table.row([
                (&setting.key, FAINT),
                (&setting.value, anstyle::Style::new()),
                (&from, FAINT),
            ]);
        }
        table.write(f, 2)
    }

    fn definition(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(definition) = &self.definition else {
            return Ok(());
        };
        heading(
            f,
            &format!("Definition in target {} ({})", self.target, self.engine),
        )?;
        for line in definition.lines() {
            writeln!(f, "  {}", plain(line).trim_end())?;
        }
        if let Some(fingerprint) = &self.fingerprint {
            writeln!(
                f,
                "\n  {}",
                paint(format!("fingerprint {fingerprint}"), FAINT)
            )?;
        }
        Ok(())
    }
}

/// One line for the grantees that get the same.
fn grants(grants: &[GrantView]) -> Vec<String> {
    let mut lines: Vec<(String, Vec<&str>)> = Vec::new();
    for grant in grants {
        let columns = match grant.columns.as_slice() {
            [] => String::new(),
            columns => format!(" ({})", columns.join(", ")),
        };
        let option = if grant.grant_option {
            ", to pass on,"
        } else {
            ""
        };
        let what = format!("{}{columns}{option}", grant.privilege);
        match lines.iter_mut().find(|(known, _)| *known == what) {
            Some((_, grantees)) => grantees.push(&grant.to),
            None => lines.push((what, vec![&grant.to])),
        }
    }
    let line = |(what, grantees): (String, Vec<&str>)| format!("{what} to {}", grantees.join(", "));
    lines.into_iter().map(line).collect()
}
