//! The settings of an object in the order of the reference, each with where its value comes from.

use dormer_core::model::object::Object;
use dormer_core::plan::refresh::foreseen;
use dormer_core::project::settings::{ObjectSettings, Origin, RefreshMode, Setting};
use serde::Serialize;

use crate::load::Loaded;
use crate::report;

/// One setting.
#[derive(Debug, Serialize)]
pub(crate) struct SettingView {
    pub(crate) key: String,
    pub(crate) value: String,
    /// `default`, `project`, `rule` or `directive`.
    pub(crate) origin: &'static str,
    /// The place of the value as people read it; none for a default.
    pub(crate) at: Option<String>,
    /// The pattern of the rule that set it.
    pub(crate) rule: Option<String>,
}

/// Lists every setting that has a value.
pub(crate) fn views(loaded: &Loaded, object: &Object) -> Vec<SettingView> {
    let Some(settings) = loaded.project.settings.get(&object.name) else {
        return Vec::new();
    };
    let mut list = List {
        loaded,
        views: Vec::new(),
    };
    list.all(settings);
    list.views
}

/// How it will be refreshed, as far as the files tell.
pub(super) fn refreshed(loaded: &Loaded, object: &Object) -> Option<&'static str> {
    let settings = loaded.project.settings.get(&object.name);
    let mode = settings.map_or(RefreshMode::Auto, |settings| settings.refresh_mode.value);
    foreseen(loaded.project.target.dialect, object, mode)
}

struct List<'a> {
    loaded: &'a Loaded,
    views: Vec<SettingView>,
}

impl List<'_> {
    fn all(&mut self, settings: &ObjectSettings) {
        self.maybe("strategy", settings.strategy.as_ref());
        self.one("keep_retired", &settings.keep_retired);
        self.texts("tags", &settings.tags);
        self.maybe("group", settings.group.as_ref());
        self.maybe("owner", settings.owner.as_ref());
        self.texts("allow", &settings.allow);
        self.maybe("refresh.every", settings.refresh_every.as_ref());
        self.maybe("refresh.cron", settings.refresh_cron.as_ref());
        self.maybe("refresh.lag", settings.refresh_lag.as_ref());
        self.maybe(
            "refresh.min_interval",
            settings.refresh_min_interval.as_ref(),
        );
        self.one("refresh.max_skip", &settings.refresh_max_skip);
        self.maybe("refresh.window", settings.refresh_window.as_ref());
        self.one("refresh.mode", &settings.refresh_mode);
        self.maybe("sink", settings.sink.as_ref());
        self.one("audit.on", &settings.audit_on);
        for (code, level) in &settings.checks {
            self.one(&format!("checks.{code}"), level);
        }
    }

    fn maybe<T: ToString>(&mut self, key: &str, setting: Option<&Setting<T>>) {
        if let Some(setting) = setting {
            self.one(key, setting);
        }
    }

    fn one<T: ToString>(&mut self, key: &str, setting: &Setting<T>) {
        self.add(key, setting.value.to_string(), &setting.origin);
    }

    /// A list that nobody filled is not worth a line.
    fn texts(&mut self, key: &str, setting: &Setting<Vec<String>>) {
        if !setting.value.is_empty() {
            self.add(key, setting.value.join(", "), &setting.origin);
        }
    }

    fn add(&mut self, key: &str, value: String, origin: &Origin) {
        let place = |at| report::place(&self.loaded.project.files, &self.loaded.prefix, at);
        let (origin, at, rule) = match origin {
            Origin::Default => ("default", None, None),
            Origin::Project(at) => ("project", Some(place(at)), None),
            Origin::Rule { pattern, at } => ("rule", Some(place(at)), Some(pattern.clone())),
            Origin::Directive(at) => ("directive", Some(place(at)), None),
        };
        self.views.push(SettingView {
            key: key.to_owned(),
            value,
            origin,
            at,
            rule,
        });
    }
}
