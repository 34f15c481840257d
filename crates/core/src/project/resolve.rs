//! The settings of each object: default, then `[settings]`, then rules in order, then directives.
//!
//! - Each key is taken by itself; the last layer that writes it wins, lists included.
//! - `refresh.every`, `refresh.cron` and `refresh.lag` stand for one choice: a layer that writes
//!   one of them takes the others back that an earlier layer wrote.
//! - `tag:x` sees the tags of the directive, or, where there is none, those of the rules before.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::codes;
use super::config::{Config, Rule};
use super::pattern::Subject;
use super::reading::{Given, Written, check_code};
use super::settings::{
    AuditOn, CheckLevel, ObjectSettings, Origin, RefreshMode, Setting, SinkPolicy, Strategy,
};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::kind::ObjectKind;
use crate::model::name::ObjectName;

/// Resolves the settings of one object after the other, and remembers which rules were of use.
#[derive(Debug)]
pub struct Resolver<'a> {
    rules: &'a [Rule],
    matched: Vec<bool>,
    base: Arc<ObjectSettings>,
    /// What objects without directives share, by the numbers of the rules that match them.
    shared: BTreeMap<Vec<usize>, Arc<ObjectSettings>>,
}

/// The object that settings are asked for.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    pub names: &'a [ObjectName],
    pub path: &'a str,
    pub kind: ObjectKind,
    pub directives: &'a [Given],
}

impl<'a> Resolver<'a> {
    #[must_use]
    pub fn new(config: &'a Config) -> Self {
        let mut base = ObjectSettings::default();
        apply_project(&mut base, config);
        Self {
            rules: &config.rules,
            matched: vec![false; config.rules.len()],
            shared: BTreeMap::new(),
            base: Arc::new(base),
        }
    }

    /// The settings of one object; those that are the same for many are shared.
    pub fn settings(&mut self, asked: &Asked<'_>) -> Arc<ObjectSettings> {
        let mut settings = Arc::clone(&self.base);
        let written = asked.directives.iter().rev();
        let own_tags = written
            .filter(|given| given.path == "tags")
            .find_map(|given| match &given.value {
                Written::Texts(tags) => Some(tags.as_slice()),
                _ => None,
            });
        let mut rules = Vec::new();
        for (number, (rule, matched)) in self.rules.iter().zip(&mut self.matched).enumerate() {
            let subject = Subject {
                names: asked.names,
                path: asked.path,
                kind: asked.kind,
                tags: own_tags.unwrap_or(&settings.tags.value),
            };
            if rule.pattern.matches(&subject) {
                *matched = true;
                rules.push(number);
                settings = self.shared.get(&rules).map_or_else(
                    || {
                        let mut narrowed = ObjectSettings::clone(&settings);
                        apply(&mut narrowed, &rule.given, |given| Origin::Rule {
                            pattern: rule.text.clone(),
                            at: given.at.clone(),
                        });
                        Arc::new(narrowed)
                    },
                    Arc::clone,
                );
                self.shared
                    .entry(rules.clone())
                    .or_insert_with(|| Arc::clone(&settings));
            }
        }
        if asked.directives.is_empty() {
            return settings;
        }
        let mut own = ObjectSettings::clone(&settings);
        apply(&mut own, asked.directives, |given| {
            Origin::Directive(given.at.clone())
        });
        Arc::new(own)
    }

    /// Tells the rules that no object has asked for.
    #[must_use]
    pub fn idle_rules(&self) -> Vec<Diagnostic> {
        let idle = self.rules.iter().zip(&self.matched);
        idle.filter(|(_, matched)| !**matched)
            .map(|(rule, _)| {
                let message = format!("rule \"{}\" matches nothing", rule.text);
                Diagnostic::new(codes::RULE_MATCHES_NOTHING, Severity::Warning, message)
                    .at(rule.at.clone(), "no object matches")
            })
            .collect()
    }
}

/// Lays the values of `[settings]` over the defaults.
pub(crate) fn apply_project(settings: &mut ObjectSettings, config: &Config) {
    apply(settings, &config.settings, |given| {
        Origin::Project(given.at.clone())
    });
}

/// Lays the values of one layer over those before.
fn apply(settings: &mut ObjectSettings, layer: &[Given], origin: impl Fn(&Given) -> Origin) {
    if layer.iter().any(|given| is_schedule(&given.path)) {
        settings.refresh_every = None;
        settings.refresh_cron = None;
        settings.refresh_lag = None;
    }
    for given in layer {
        set(settings, given, origin(given));
    }
}

fn is_schedule(path: &str) -> bool {
    matches!(path, "refresh.every" | "refresh.cron" | "refresh.lag")
}

fn set(settings: &mut ObjectSettings, given: &Given, origin: Origin) {
    match &given.value {
        Written::Text(text) => set_text(settings, &given.path, text, origin),
        Written::Texts(texts) => {
            let value = Setting {
                value: texts.clone(),
                origin,
            };
            match given.path.as_str() {
                "tags" => settings.tags = value,
                "allow" => settings.allow = value,
                _ => {}
            }
        }
        Written::Duration(duration) => {
            let value = Setting {
                value: *duration,
                origin,
            };
            match given.path.as_str() {
                "keep_retired" => settings.keep_retired = value,
                "refresh.every" => settings.refresh_every = Some(value),
                "refresh.lag" => settings.refresh_lag = Some(value),
                "refresh.min_interval" => settings.refresh_min_interval = Some(value),
                "refresh.max_skip" => settings.refresh_max_skip = value,
                _ => {}
            }
        }
        Written::Map(_) | Written::Size(_) | Written::Count(_) | Written::Pattern(_) => {}
    }
}

fn set_text(settings: &mut ObjectSettings, path: &str, text: &str, origin: Origin) {
    let word = || Setting {
        value: text.to_owned(),
        origin: origin.clone(),
    };
    match path {
        "strategy" => {
            settings.strategy = Strategy::parse(text).map(|value| Setting { value, origin });
        }
        "sink" => settings.sink = SinkPolicy::parse(text).map(|value| Setting { value, origin }),
        "refresh.mode" => {
            if let Some(value) = RefreshMode::parse(text) {
                settings.refresh_mode = Setting { value, origin };
            }
        }
        "audit.on" => {
            if let Some(value) = AuditOn::parse(text) {
                settings.audit_on = Setting { value, origin };
            }
        }
        "group" => settings.group = Some(word()),
        "owner" => settings.owner = Some(word()),
        "refresh.cron" => settings.refresh_cron = Some(word()),
        "refresh.window" => settings.refresh_window = Some(word()),
        _ => {
            if let (Some(code), Some(value)) = (check_code(path), CheckLevel::parse(text)) {
                settings
                    .checks
                    .insert(code.to_owned(), Setting { value, origin });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::config;
    use super::*;

    fn settings(text: &str, path: &str) -> (Arc<ObjectSettings>, usize) {
        let (config, diagnostics) = config::read(text);
        assert_eq!(diagnostics, []);
        let mut resolver = Resolver::new(&config);
        let names = [ObjectName::new("marts", "orders")];
        let settings = resolver.settings(&Asked {
            names: &names,
            path,
            kind: ObjectKind::MaterializedView,
            directives: &[],
        });
        (settings, resolver.idle_rules().len())
    }

    #[test]
    fn later_rules_win_and_say_where_they_are() {
        let text = "[settings]\nkeep_retired = \"1h\"\n\
            [[rule]]\nmatch = \"marts.*\"\nkeep_retired = \"2h\"\ntags = [\"gold\"]\n\
            [[rule]]\nmatch = \"tag:gold\"\nkeep_retired = \"3h\"\n\
            [[rule]]\nmatch = \"raw.*\"\nkeep_retired = \"4h\"\n";
        let (settings, idle) = settings(text, "views/a.sql");
        assert_eq!(settings.keep_retired.value.to_string(), "3h");
        assert!(
            matches!(&settings.keep_retired.origin, Origin::Rule { pattern, .. } if pattern == "tag:gold")
        );
        assert_eq!(idle, 1);
    }

    #[test]
    fn a_narrower_schedule_takes_the_wider_one_back() {
        let text = "[settings]\nrefresh = { every = \"15m\", min_interval = \"5m\" }\n\
            [[rule]]\nmatch = \"path:views\"\nrefresh.cron = \"0 3 * * *\"\n";
        let (settings, _) = settings(text, "views/a.sql");
        assert_eq!(settings.refresh_every, None);
        assert_eq!(settings.refresh_cron.as_ref().unwrap().value, "0 3 * * *");
        assert!(settings.refresh_min_interval.is_some());
    }
}
