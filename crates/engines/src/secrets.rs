//! Secrets in statements: `${secret:NAME}` becomes the value of the environment variable NAME on the last
//! step before the target, and the value becomes the placeholder again in whatever the target tells.
//!
//! - **No value leaves this room but to the target:** plans, records, errors and rows hold placeholders.
//! - A value of fewer letters than [`TELLING`] is no secret in a definition: it would stand everywhere.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use dormer_core::engine::journal::{Journal, ObjectRecord, RunDetail, RunRecord};
use dormer_core::engine::lease::{Lease, LeaseKind, LeaseTaken, Takeover, Token};
use dormer_core::engine::refresh::{Deploying, Refreshes};
use dormer_core::engine::secret::{fill_secrets, secret_placeholder, secrets};
use dormer_core::engine::session::{
    Cancel, Draft, FirstRows, Health, LockHolder, Mentions, NewRun, Pulse, Rehearsed, RunEnd, Work,
    Worked,
};
use dormer_core::engine::step::Statement;
use dormer_core::engine::{EngineError, ErrorKind, RunId, Scope, ServerInfo, Session};
use dormer_core::model::name::ObjectName;
use dormer_core::model::observed::Observed;

/// How many letters a value has at least that is looked for in definitions.
const TELLING: usize = 4;

/// Where secrets come from, and those that are known so far.
#[derive(Clone)]
pub struct Secrets {
    environment: fn(&str) -> Option<String>,
    /// Values by name.
    known: BTreeMap<String, String>,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Secrets")
            .field("known", &self.known.keys())
            .finish_non_exhaustive()
    }
}

impl Secrets {
    #[must_use]
    pub const fn new(environment: fn(&str) -> Option<String>) -> Self {
        Self {
            environment,
            known: BTreeMap::new(),
        }
    }

    /// Looks up what a text needs, as far as it is there.
    pub fn learn(&mut self, text: &str) {
        for name in secrets(text) {
            if !self.known.contains_key(name)
                && let Some(value) = (self.environment)(name)
            {
                self.known.insert(name.to_owned(), value);
            }
        }
    }

    /// A session that fills them in and hides them.
    #[must_use]
    pub fn session(&self, session: Box<dyn Session>) -> Box<dyn Session> {
        Box::new(Filling {
            session,
            secrets: self.clone(),
        })
    }

    fn fill<'t>(&mut self, text: &'t str) -> Result<Cow<'t, str>, EngineError> {
        self.learn(text);
        fill_secrets(text, &|name| self.known.get(name).cloned()).map_err(|name| {
            let message = format!("a statement needs the secret {name}, which is not set");
            EngineError::new(ErrorKind::Other, message).hint(format!("export {name}=.."))
        })
    }

    fn hide(&self, text: &mut String, least: usize) {
        for (name, value) in &self.known {
            if value.len() >= least.max(1) && text.contains(value.as_str()) {
                *text = text.replace(value.as_str(), &secret_placeholder(name));
            }
        }
    }

    fn hide_in_error(&self, mut error: EngineError) -> EngineError {
        let more = [&mut error.detail, &mut error.hint].into_iter().flatten();
        for text in std::iter::once(&mut error.message).chain(more) {
            self.hide(text, 1);
        }
        error
    }
}

/// A session with secrets.
struct Filling {
    session: Box<dyn Session>,
    secrets: Secrets,
}

#[async_trait]
impl Session for Filling {
    async fn announce(&mut self, what: &str) -> Result<(), EngineError> {
        self.session.announce(what).await
    }

    async fn server(&mut self) -> Result<ServerInfo, EngineError> {
        self.session.server().await
    }

    async fn inspect(&mut self, scope: &Scope) -> Result<Observed, EngineError> {
        let mut observed = self.session.inspect(scope).await?;
        if self.secrets.known.is_empty() {
            return Ok(observed);
        }
        let functions = observed.functions.values_mut();
        let functions = functions.filter_map(|function| function.definition.as_mut());
        let relations = observed.relations.values_mut().flat_map(|relation| {
            let rules = relation.rules.values_mut().map(|rule| &mut rule.definition);
            relation.definition.iter_mut().chain(rules)
        });
        for text in functions.chain(relations) {
            self.secrets.hide(text, TELLING);
        }
        Ok(observed)
    }

    async fn rehearse(&mut self, drafts: &[Draft]) -> Result<Vec<Rehearsed>, EngineError> {
        let mut filled = Vec::with_capacity(drafts.len());
        for draft in drafts {
            filled.push(Draft {
                scratch: draft.scratch.clone(),
                columns: draft.columns.clone(),
                query: self.secrets.fill(&draft.query)?.into_owned(),
            });
        }
        let answers = self.session.rehearse(&filled).await;
        let mut answers = answers.map_err(|error| self.secrets.hide_in_error(error))?;
        for answer in &mut answers {
            match answer {
                Rehearsed::Accepted { definition, .. } => self.secrets.hide(definition, TELLING),
                Rehearsed::Refused(error) => *error = self.secrets.hide_in_error(error.clone()),
            }
        }
        Ok(answers)
    }

    async fn journal(&mut self) -> Result<Option<Journal>, EngineError> {
        self.session.journal().await
    }

    async fn runs(&mut self, limit: u32) -> Result<Vec<RunRecord>, EngineError> {
        self.session.runs(limit).await
    }

    async fn run(&mut self, id: &str) -> Result<Vec<RunDetail>, EngineError> {
        self.session.run(id).await
    }

    async fn gone(
        &mut self,
        names: &BTreeSet<ObjectName>,
    ) -> Result<Vec<ObjectRecord>, EngineError> {
        self.session.gone(names).await
    }

    async fn seed(&mut self, script: &str) -> Result<(), EngineError> {
        let script = self.secrets.fill(script)?.into_owned();
        let sown = self.session.seed(&script).await;
        sown.map_err(|error| self.secrets.hide_in_error(error))
    }

    async fn refreshes(&mut self) -> Result<Option<Refreshes>, EngineError> {
        self.session.refreshes().await
    }

    async fn counting(&mut self) -> Result<Option<String>, EngineError> {
        self.session.counting().await
    }

    async fn deploying(&mut self, known: Option<&RunId>) -> Result<Option<Deploying>, EngineError> {
        self.session.deploying(known).await
    }

    async fn prepare(&mut self) -> Result<(), EngineError> {
        self.session.prepare().await
    }

    async fn take(
        &mut self,
        kind: LeaseKind,
        run: &NewRun<'_>,
        takeover: Takeover,
    ) -> Result<LeaseTaken, EngineError> {
        self.session.take(kind, run, takeover).await
    }

    async fn release(&mut self, lease: &Lease) -> Result<(), EngineError> {
        self.session.release(lease).await
    }

    async fn begin(&mut self, token: &Token, run: &NewRun<'_>) -> Result<(), EngineError> {
        self.session.begin(token, run).await
    }

    async fn end(
        &mut self,
        token: &Token,
        run: &RunId,
        ended: &RunEnd<'_>,
    ) -> Result<(), EngineError> {
        self.session.end(token, run, ended).await
    }

    async fn execute(&mut self, work: &Work<'_>) -> Result<Worked, EngineError> {
        let mut filled = Vec::with_capacity(work.statements.len());
        for statement in &work.statements {
            filled.push(match self.secrets.fill(&statement.sql)? {
                Cow::Borrowed(_) => Cow::Borrowed(*statement),
                Cow::Owned(sql) => Cow::Owned(Statement {
                    sql,
                    ..(*statement).clone()
                }),
            });
        }
        let work = Work {
            statements: filled.iter().map(AsRef::as_ref).collect(),
            ..work.clone()
        };
        let mut worked = self.session.execute(&work).await;
        if let Ok(Worked::Row { row, .. }) = &mut worked {
            self.secrets.hide(row, TELLING);
        }
        let whole = filled
            .iter()
            .all(|statement| matches!(statement, Cow::Borrowed(_)));
        worked.map_err(|error| {
            let error = self.secrets.hide_in_error(error);
            // Where a value stands in the text that was sent, letters are counted otherwise.
            let letter = error.letter.filter(|_| whole);
            error.at_letter(letter)
        })
    }

    fn canceller(&self) -> Box<dyn Cancel> {
        self.session.canceller()
    }

    async fn pulses(
        &mut self,
        names: &BTreeSet<ObjectName>,
    ) -> Result<BTreeMap<ObjectName, Pulse>, EngineError> {
        self.session.pulses(names).await
    }

    async fn locks(
        &mut self,
        names: &BTreeSet<ObjectName>,
    ) -> Result<Vec<LockHolder>, EngineError> {
        let mut holders = self.session.locks(names).await?;
        for holder in &mut holders {
            if let Some(query) = &mut holder.query {
                self.secrets.hide(query, TELLING);
            }
        }
        Ok(holders)
    }

    async fn health(&mut self, schemas: &BTreeSet<String>) -> Result<Health, EngineError> {
        self.session.health(schemas).await
    }

    async fn first_rows(&mut self, query: &str, limit: u32) -> Result<FirstRows, EngineError> {
        let query = self.secrets.fill(query)?.into_owned();
        let read = self.session.first_rows(&query, limit).await;
        let mut read = read.map_err(|error| self.secrets.hide_in_error(error))?;
        for cell in read.rows.iter_mut().flatten().flatten() {
            self.secrets.hide(cell, TELLING);
        }
        Ok(read)
    }

    async fn mentions(&mut self, name: &ObjectName) -> Result<Mentions, EngineError> {
        let found = self.session.mentions(name).await;
        found.map_err(|error| self.secrets.hide_in_error(error))
    }

    async fn probe(&mut self, name: &ObjectName) -> Result<(), EngineError> {
        let probed = self.session.probe(name).await;
        probed.map_err(|error| self.secrets.hide_in_error(error))
    }
}
