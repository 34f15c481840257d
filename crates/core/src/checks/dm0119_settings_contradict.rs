//! DM0119: two settings of an object of which one makes the other void, or a setting that its kind
//! of object or engine has no use for.
//!
//! **A narrower setting may overrule a broader one,** that is what narrowing is for. So a setting
//! is void only when what overrules it stands at the same place or a broader one.

use super::{Check, Context, facts};
use crate::diagnostic::{Code, Diagnostic, Location, Severity};
use crate::model::kind::ObjectKind;
use crate::model::object::Object;
use crate::project::settings::{
    AuditOn, ObjectSettings, Origin, RefreshMode, Setting, SinkPolicy, Strategy,
};

pub(super) const CHECK: Check = Check {
    code: Code::new("DM0119"),
    name: "settings-contradict",
    summary: "settings of an object that cannot hold together",
    text: concat!(
        r#"One setting makes another void, or the object has no use for it. Somebody believes that it works.

```sql
-- dormer: refresh = { every = "5m", cron = "0 6 * * *" }
CREATE MATERIALIZED VIEW marts.orders AS SELECT id FROM sub.orders;
```

Better:

```sql
-- dormer: refresh = { every = "5m" }
CREATE MATERIALIZED VIEW marts.orders AS SELECT id FROM sub.orders;
```

What is told: `every` beside `cron`; `every`, `cron` or `lag` beside `mode = "never"`; an `every` or `lag`
shorter than `min_interval`; audits on refresh of what is never refreshed; an owner in a directive and another
one in ALTER .. OWNER TO; refresh settings in the file of a plain view, and a sink policy in the file of what is
no sink; a strategy or refresh mode that none of the project's engines has.

A narrower place overrules a broader one: `mode = "never"` in a file beside `every` in `[settings]` is fine.
"#,
        off!("DM0119")
    ),
    severity: Severity::Error,
    run,
};

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let engines = Engines::of(context);
    let mut findings = Vec::new();
    for (name, settings) in &context.project.settings {
        let Some(object) = context.project.catalog.objects.get(name) else {
            continue;
        };
        let given = Given::of(settings);
        findings.extend(void(settings, &given));
        findings.extend(audits(object, settings));
        findings.extend(owners(object, settings));
        findings.extend(useless(object, settings, &given));
        findings.extend(engines.refused(settings, &given));
    }
    findings
}

/// A setting that somebody wrote: its key with its value, and where.
struct Written<'a> {
    words: String,
    at: &'a Location,
    rank: Rank,
}

/// How narrow the place of a setting is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Project,
    Rule,
    Directive,
}

fn written<'a, T>(
    key: &str,
    setting: &'a Setting<T>,
    value: impl std::fmt::Display,
) -> Option<Written<'a>> {
    let (at, rank) = match &setting.origin {
        Origin::Default => return None,
        Origin::Project(at) => (at, Rank::Project),
        Origin::Rule { at, .. } => (at, Rank::Rule),
        Origin::Directive(at) => (at, Rank::Directive),
    };
    Some(Written {
        words: format!("{key} = \"{value}\""),
        at,
        rank,
    })
}

/// The refresh settings that somebody wrote.
struct Given<'a> {
    every: Option<Written<'a>>,
    cron: Option<Written<'a>>,
    lag: Option<Written<'a>>,
    min_interval: Option<Written<'a>>,
    max_skip: Option<Written<'a>>,
    window: Option<Written<'a>>,
    mode: Option<Written<'a>>,
}

impl<'a> Given<'a> {
    fn of(settings: &'a ObjectSettings) -> Self {
        let every = settings.refresh_every.as_ref();
        let cron = settings.refresh_cron.as_ref();
        let lag = settings.refresh_lag.as_ref();
        let least = settings.refresh_min_interval.as_ref();
        let skip = &settings.refresh_max_skip;
        let window = settings.refresh_window.as_ref();
        let mode = &settings.refresh_mode;
        Self {
            every: every.and_then(|s| written("refresh.every", s, s.value)),
            cron: cron.and_then(|s| written("refresh.cron", s, &s.value)),
            lag: lag.and_then(|s| written("refresh.lag", s, s.value)),
            min_interval: least.and_then(|s| written("refresh.min_interval", s, s.value)),
            max_skip: written("refresh.max_skip", skip, skip.value),
            window: window.and_then(|s| written("refresh.window", s, &s.value)),
            mode: written("refresh.mode", mode, mode.value),
        }
    }
}

/// Tells that the first setting makes the second void, unless the second is the broader one and is
/// overruled on purpose.
fn contradiction(by: &Written<'_>, void: &Written<'_>, why: &str) -> Option<Diagnostic> {
    (void.rank >= by.rank).then(|| {
        CHECK
            .finding(format!("{} has no effect beside {}", void.words, by.words))
            .at(void.at.clone(), why)
            .related(by.at.clone(), format!("{} stands here", by.words))
    })
}

fn void(settings: &ObjectSettings, given: &Given<'_>) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let clocks = [&given.every, &given.cron, &given.lag];
    let mut clocks = clocks.into_iter().flatten();
    if let Some(first) = clocks.next() {
        let why = "a refresh cannot follow two clocks";
        let others = clocks.filter(|clock| clock.rank == first.rank);
        findings.extend(others.filter_map(|clock| contradiction(first, clock, why)));
        if !findings.is_empty() {
            return findings;
        }
    }
    if let Some(mode) = &given.mode
        && settings.refresh_mode.value == RefreshMode::Never
    {
        let clocks = [&given.every, &given.cron, &given.lag];
        let why = "it is never refreshed";
        let void = clocks.into_iter().flatten();
        findings.extend(void.filter_map(|clock| contradiction(mode, clock, why)));
        return findings;
    }
    if let (Some(written), Some(least)) = (&given.min_interval, &settings.refresh_min_interval) {
        let every = settings.refresh_every.as_ref();
        if every.is_some_and(|every| least.value > every.value)
            && let Some(every) = &given.every
        {
            let why = "shorter than the least time between two refreshes";
            findings.extend(contradiction(written, every, why));
        }
        let lag = settings.refresh_lag.as_ref();
        if lag.is_some_and(|lag| least.value > lag.value)
            && let Some(lag) = &given.lag
        {
            let why = "rows may be older than that between two refreshes";
            findings.extend(contradiction(written, lag, why));
        }
    }
    findings
}

/// Audits that wait for a refresh that never comes.
fn audits(object: &Object, settings: &ObjectSettings) -> Option<Diagnostic> {
    let never = settings.refresh_mode.value == RefreshMode::Never;
    if !never || settings.audit_on.value != AuditOn::Refresh || object.companions.audits.is_empty()
    {
        return None;
    }
    let mode = written("refresh.mode", &settings.refresh_mode, RefreshMode::Never)?;
    let audit_on = written("audit.on", &settings.audit_on, AuditOn::Refresh)?;
    contradiction(&mode, &audit_on, "the audits never run")
}

/// An owner in a directive and another one in the file's own ALTER.
fn owners(object: &Object, settings: &ObjectSettings) -> Option<Diagnostic> {
    let setting = settings.owner.as_ref()?;
    let altered = object.companions.owner.as_ref()?;
    let directive = written("owner", setting, &setting.value)?;
    if directive.rank != Rank::Directive || setting.value == altered.role.value {
        return None;
    }
    Some(
        CHECK
            .finding(format!("{} has two owners", object.name))
            .at(
                object.location(altered.role.span),
                format!("{} by this statement", altered.role.value),
            )
            .related(directive.at.clone(), format!("{} by this", setting.value)),
    )
}

/// Settings in the file of an object whose kind has no use for them.
fn useless(object: &Object, settings: &ObjectSettings, given: &Given<'_>) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let mut tell = |setting: &Written<'_>, why: &str| {
        if setting.rank == Rank::Directive {
            let message = format!("{} has no use for {}", object.name, setting.words);
            findings.push(CHECK.finding(message).at(setting.at.clone(), why));
        }
    };
    let Given {
        every,
        cron,
        lag,
        min_interval,
        max_skip,
        window,
        mode,
    } = given;
    let refresh = [every, cron, lag, min_interval, max_skip, window, mode];
    let is_refreshed = match object.kind {
        ObjectKind::MaterializedView | ObjectKind::TableAs => true,
        ObjectKind::View
        | ObjectKind::Table
        | ObjectKind::Source
        | ObjectKind::Sink
        | ObjectKind::Subscription
        | ObjectKind::Function => false,
    };
    if !is_refreshed {
        let why = format!("a {} is not refreshed", object.kind);
        refresh
            .into_iter()
            .flatten()
            .for_each(|setting| tell(setting, &why));
    }
    let sink = settings.sink.as_ref();
    let sink = sink.and_then(|sink| written("sink", sink, sink_words(sink.value)));
    if let Some(sink) = sink.filter(|_| object.kind != ObjectKind::Sink) {
        tell(&sink, &format!("a {} is no sink", object.kind));
    }
    findings
}

const fn sink_words(policy: SinkPolicy) -> &'static str {
    policy.as_str()
}

/// What the engines of the project's targets can do. A setting of `dormer.toml` that another
/// target can follow is none of this target's business.
struct Engines {
    name: &'static str,
    alias: bool,
    swap: bool,
    concurrent: bool,
    refresh: bool,
}

impl Engines {
    fn of(context: &Context<'_>) -> Self {
        let project = context.project;
        let own = facts::of(project.target.dialect);
        let others = project.other_targets.iter();
        let all: Vec<_> = others
            .map(|target| facts::of(target.dialect))
            .chain([own])
            .collect();
        Self {
            name: own.name,
            alias: all.iter().any(|facts| facts.alias_strategy),
            swap: all.iter().any(|facts| facts.swap_strategy),
            concurrent: all.iter().any(|facts| facts.concurrent_refresh),
            refresh: all.iter().any(|facts| facts.refresh_command),
        }
    }

    fn refused(&self, settings: &ObjectSettings, given: &Given<'_>) -> Vec<Diagnostic> {
        let strategy = settings.strategy.as_ref();
        let strategy = strategy.and_then(|setting| {
            let able = match setting.value {
                Strategy::Alias => self.alias,
                Strategy::Swap => self.swap,
                Strategy::InPlace | Strategy::Recreate => true,
            };
            written("strategy", setting, setting.value).filter(|_| !able)
        });
        let mut findings = Vec::new();
        findings.extend(strategy.map(|strategy| self.tell(&strategy)));
        let concurrently = settings.refresh_mode.value == RefreshMode::Concurrently;
        if self.refresh {
            let mode = given
                .mode
                .iter()
                .filter(|_| concurrently && !self.concurrent);
            findings.extend(mode.map(|mode| self.tell(mode)));
        } else {
            let clocks = [&given.every, &given.cron, &given.lag];
            let clocks = clocks.into_iter().flatten();
            findings.extend(clocks.map(|clock| {
                self.tell(clock)
                    .help("leave it out: rows are kept fresh here without a refresh")
            }));
        }
        findings
    }

    fn tell(&self, setting: &Written<'_>) -> Diagnostic {
        CHECK
            .finding(format!("{} cannot follow {}", self.name, setting.words))
            .at(setting.at.clone(), "no engine of the project can")
    }
}
