//! Plans on real servers: what a plan says is what the target is afterwards, there and back, by a role
//! that owns nothing but through membership.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a broken server or plan is a failed test"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use dormer_core::engine::journal::{
    Journal, ObjectRecord, ObjectState, Record, RunKind, StepRecord, StepState,
};
use dormer_core::engine::step::{Captured, Expect, StepId};
use dormer_core::engine::step::{
    Commented, Form, Millis, Physical, Placement, Privilege, StepKind,
};
use dormer_core::engine::{Engine, Generation, RunId, Scope};
use dormer_core::model::name::ObjectName;
use dormer_core::model::observed::Observed;
use dormer_core::model::observed::grant::Holder;
use dormer_core::model::observed::relation::Relation;
use dormer_core::model::observed::relation::RelationKind::{self, MaterializedView, View};
use dormer_core::plan::back::{CleanupOptions, PastRun, cleanup, rollback};
use dormer_core::plan::change::{Action, Way};
use dormer_core::plan::decision::{
    Audit, Decision, Decisions, Declaration, Dress, Filled, How, New, NewIndex, Old, Own,
};
use dormer_core::plan::sequence::{self, Frame};
use dormer_core::plan::{Plan, PlanLimits, file};
use dormer_engines::Settings;
use dormer_engines::registry::{Place, engine, open};
use dormer_sql::Dialect;
use dormer_testkit::server::{Binaries, Server};

const FIXTURE: &str = "
CREATE ROLE team;
CREATE ROLE finance;
CREATE ROLE deployer LOGIN IN ROLE team;
CREATE SCHEMA raw; CREATE SCHEMA marts; CREATE SCHEMA bi;
GRANT USAGE ON SCHEMA raw, marts, bi TO team, deployer, finance;
GRANT CREATE ON SCHEMA marts, bi TO team, deployer;
ALTER DEFAULT PRIVILEGES FOR ROLE deployer IN SCHEMA marts GRANT SELECT ON TABLES TO PUBLIC;
CREATE TABLE raw.orders (id int, n int);
INSERT INTO raw.orders SELECT i % 10, i FROM generate_series(1, 100) i;
GRANT SELECT ON raw.orders TO team, deployer;
CREATE MATERIALIZED VIEW marts.a AS SELECT id, count(*) AS n FROM raw.orders GROUP BY id;
CREATE UNIQUE INDEX a_key ON marts.a (id);
CREATE VIEW marts.v AS SELECT id FROM marts.a;
CREATE MATERIALIZED VIEW bi.x AS SELECT max(n) AS n FROM marts.a;
CREATE VIEW marts.gone AS SELECT n FROM marts.a;
ALTER MATERIALIZED VIEW marts.a OWNER TO team; ALTER VIEW marts.v OWNER TO team;
ALTER MATERIALIZED VIEW bi.x OWNER TO team; ALTER VIEW marts.gone OWNER TO team;
GRANT SELECT ON marts.a, marts.v TO finance;
COMMENT ON MATERIALIZED VIEW marts.a IS 'as it was';
";

fn name(schema: &str, name: &str) -> ObjectName {
    ObjectName::new(schema, name)
}

struct Target {
    server: Server,
    session: postgres::Client,
    journal: Journal,
    engine: Box<dyn Engine>,
}

impl Target {
    fn new(binaries: &Binaries) -> Self {
        let server = Server::start(binaries).unwrap();
        let mut session = server.connect().unwrap();
        session.batch_execute(FIXTURE).unwrap();
        session
            .batch_execute("SET SESSION AUTHORIZATION deployer")
            .unwrap();
        let version = u32::from(server.major()) * 10_000;
        Self {
            engine: engine(Dialect::Postgres, Some(version)).unwrap(),
            server,
            session,
            journal: Journal::default(),
        }
    }

    fn observed(&self) -> Observed {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let limit = Duration::from_secs(60);
        let url = self.server.url();
        runtime.block_on(async {
            let place = Place {
                dialect: Dialect::Postgres,
                url: &url,
                environment: &|_| None,
            };
            let mut opened = open(place, &Settings::reading(limit, limit)).await.unwrap();
            let scope = Scope::schemas(["raw", "marts", "bi"]);
            opened.session.inspect(&scope).await.unwrap()
        })
    }

    fn frame<'a>(&'a self, run: &'a RunId, kind: RunKind) -> Frame<'a> {
        Frame {
            tool: "0.1.0",
            project: "shop",
            target: "prod",
            engine: &*self.engine,
            engine_text: "postgres",
            run,
            kind,
            journal: &self.journal,
            limits: PlanLimits::default(),
        }
    }

    /// Does what a plan says, a transaction for each step; the plan goes through its file.
    fn execute(&mut self, plan: &Plan) -> BTreeMap<StepId, StepRecord> {
        assert!(plan.refused.is_empty(), "{:?}", plan.refused);
        let plan = file::read(&file::to_text(plan)).unwrap();
        let mut done = BTreeMap::new();
        for planned in &plan.steps {
            let mut transaction = self.session.transaction().unwrap();
            for statement in &planned.statements {
                assert_eq!(statement.placement, Placement::Together);
                let rows = transaction.simple_query(&statement.sql);
                let rows = rows.unwrap_or_else(|error| {
                    panic!("{}: {}: {error:?}", planned.step.title, statement.sql)
                });
                let row = |message: &postgres::SimpleQueryMessage| {
                    matches!(message, postgres::SimpleQueryMessage::Row(_))
                };
                if statement.expect == Expect::NoRow {
                    assert!(!rows.iter().any(row), "{}", statement.sql);
                }
            }
            transaction.commit().unwrap();
            for record in &planned.step.records {
                hear(&mut self.journal, record);
            }
            let step = &planned.step;
            let record = StepRecord {
                step: step.id,
                kind: step.kind,
                title: step.title.clone(),
                object: step.object.clone(),
                state: StepState::Done,
                ms: Millis(0),
                error: None,
                detail: None,
            };
            done.insert(step.id, record);
        }
        done
    }

    fn number(&mut self, sql: &str) -> i64 {
        self.session.query_one(sql, &[]).unwrap().get(0)
    }
}

fn hear(journal: &mut Journal, record: &Record) {
    match record {
        Record::Object(record) => {
            let key = (record.name.clone(), record.generation.clone());
            journal.objects.insert(key, (**record).clone());
        }
        Record::Moved {
            name,
            generation,
            state,
            physical,
        } => {
            let key = (name.clone(), generation.clone());
            let row = journal.objects.get_mut(&key).unwrap();
            row.state = *state;
            row.physical.clone_from(physical);
        }
        Record::Declared {
            name,
            generation,
            fingerprint,
            ..
        } => {
            let key = (name.clone(), generation.clone());
            let row = journal.objects.get_mut(&key).unwrap();
            row.fingerprint.clone_from(fingerprint);
        }
        Record::Settled { .. } | Record::Refreshed(_) | Record::Run { .. } => {}
    }
}

/// The decisions of a run that replaces, re-points, carries, creates and retires.
fn decisions(run: &RunId) -> Decisions {
    let mut decisions = Decisions::default();
    let mut decide = |object: &ObjectName, kind: RelationKind, how: How, reads: &[ObjectName]| {
        let external = *object.schema == *"bi";
        let own = if external {
            Own::External { project: None }
        } else {
            Own::Declared(Box::new(Declaration {
                fingerprint: "now".to_owned(),
                declared: String::new(),
                companions: Default::default(),
            }))
        };
        let decision = Decision {
            object: object.clone(),
            kind,
            own,
            action: Action::Replace,
            reasons: Vec::new(),
            because: Vec::new(),
            how,
            reads: reads.to_vec(),
        };
        decisions.objects.insert(object.clone(), decision);
    };
    let (raw, a) = (name("raw", "orders"), name("marts", "a"));
    let shadow_a = Generation::new(run, &a).relation(&a, Some(63));
    let mut new = shadow(
        run,
        &a,
        "SELECT id, sum(n) AS n FROM raw.orders GROUP BY id",
    );
    let index = new.generation.name("a_key", Some(63));
    new.dress.indexes.push(NewIndex {
        sql: format!("CREATE UNIQUE INDEX {index} ON {shadow_a} (id)"),
        index: name("marts", &index),
        public: "a_key".to_owned(),
        comment: Some("the key".to_owned()),
    });
    new.dress.comments.push((
        Commented::Relation(new.relation.clone()),
        "it's new".to_owned(),
    ));
    new.dress.revoke.push(select(Holder::Public));
    new.dress
        .grant
        .push(select(Holder::Role("finance".to_owned())));
    new.dress.after_indexes.push(format!(
        "ALTER MATERIALIZED VIEW {shadow_a} CLUSTER ON {index}"
    ));
    new.audits.push(Audit {
        name: "sums are positive".to_owned(),
        sql: format!("SELECT * FROM {shadow_a} WHERE n < 0"),
        reads: Vec::new(),
    });
    let mut old_a = old(&a, MaterializedView);
    let retired_index = old_a.generation.name("a_key", Some(63));
    old_a.indexes.push((name("marts", "a_key"), retired_index));
    let swap = |new: New, old: Old| How::Swap {
        new: Box::new(new),
        old: Some(old),
    };
    decide(
        &a,
        MaterializedView,
        swap(new, old_a),
        std::slice::from_ref(&raw),
    );

    let v = name("marts", "v");
    let captured = |query: &str| {
        Form::Captured(Captured {
            columns: vec!["id".to_owned()],
            query: query.to_owned(),
            options: BTreeMap::new(),
            tablespace: None,
            access_method: None,
        })
    };
    let redefine = How::Redefine {
        relation: Physical {
            name: v.clone(),
            kind: View,
        },
        form: Box::new(captured("SELECT id FROM marts.a WHERE n > 0")),
        before: Box::new(captured("SELECT id FROM marts.a")),
        with: Vec::new(),
        generation: None,
    };
    decide(&v, View, redefine, std::slice::from_ref(&a));

    let x = name("bi", "x");
    let new = shadow(run, &x, &format!("SELECT max(n) AS n FROM {shadow_a}"));
    decide(
        &x,
        MaterializedView,
        swap(new, old(&x, MaterializedView)),
        std::slice::from_ref(&a),
    );

    let gone = name("marts", "gone");
    let retire = How::Retire {
        old: old(&gone, View),
    };
    decide(&gone, View, retire, std::slice::from_ref(&a));

    let made = name("marts", "made");
    let mut new = shadow(run, &made, "SELECT count(*) AS n FROM raw.orders");
    new.relation.name = made.clone();
    new.form = Form::Written(
        "CREATE MATERIALIZED VIEW marts.made AS SELECT count(*) AS n FROM raw.orders".to_owned(),
    );
    decide(&made, MaterializedView, How::Create(Box::new(new)), &[raw]);
    decisions
}

fn select(holder: Holder) -> Privilege {
    Privilege {
        privilege: "SELECT".to_owned(),
        column: None,
        holder,
        grantable: false,
    }
}

fn shadow(run: &RunId, object: &ObjectName, query: &str) -> New {
    let generation = Generation::new(run, object);
    let relation = generation.relation(object, Some(63));
    New {
        form: Form::Written(format!("CREATE MATERIALIZED VIEW {relation} AS {query}")),
        relation: Physical {
            name: relation,
            kind: MaterializedView,
        },
        generation,
        filled: Filled::Apart,
        dress: Dress {
            owner: Some("team".to_owned()),
            ..Dress::default()
        },
        audits: Vec::new(),
        grounds: vec![name("raw", "orders")],
        way: Way::Swap,
    }
}

fn old(object: &ObjectName, kind: RelationKind) -> Old {
    let earlier = RunId::new(1_600_000_000_000, 0);
    Old {
        marker: None,
        relation: Physical {
            name: object.clone(),
            kind,
        },
        generation: Generation::new(&earlier, object),
        recorded: None,
        indexes: Vec::new(),
    }
}

/// What readers see of a relation: all but what Dormer writes beside it, and what an OR REPLACE changes.
fn seen(observed: &Observed, object: &ObjectName) -> Relation {
    let mut relation = observed.relations[object].clone();
    relation.marker = None;
    relation.version = None;
    relation.estimated_rows = None;
    relation.bytes = None;
    relation
}

fn there_and_back(binaries: &Binaries) {
    let mut target = Target::new(binaries);
    let before = target.observed();
    let run = RunId::new(1_700_000_000_000, 1);
    let plan = sequence::plan(decisions(&run), &target.frame(&run, RunKind::Apply));
    let done = target.execute(&plan);

    // There: new rows, in the name and by everybody who is bound to it.
    assert_eq!(target.number("SELECT sum(n)::bigint FROM marts.a"), 5050);
    assert_eq!(target.number("SELECT count(*) FROM marts.v"), 10);
    assert_eq!(target.number("SELECT n::bigint FROM bi.x"), 550);
    assert_eq!(target.number("SELECT n FROM marts.made"), 100);
    let after = target.observed();
    let a = &after.relations[&name("marts", "a")];
    assert_eq!(a.owner, "team");
    assert_eq!(a.comment.as_deref(), Some("it's new"));
    assert!(a.indexes["a_key"].clustered);
    let readers: BTreeSet<String> = a
        .grants
        .listed()
        .filter(|grant| grant.privilege == "SELECT")
        .map(|grant| grant.holder.to_string())
        .collect();
    assert_eq!(
        readers,
        BTreeSet::from(["finance".to_owned(), "team".to_owned()])
    );
    assert!(!after.relations.contains_key(&name("marts", "gone")));
    assert_eq!(after.relations[&name("bi", "x")].marker, None);

    // And back: the same catalog by the public names.
    let again = RunId::new(1_710_000_000_000, 1);
    let past = PastRun {
        plan: &plan,
        steps: &done,
        rollbacks: &BTreeSet::new(),
    };
    let back = rollback(past, &after, &target.frame(&again, RunKind::Rollback)).unwrap();
    target.execute(&back);
    let restored = target.observed();
    for object in ["a", "v", "gone"]
        .map(|object| name("marts", object))
        .into_iter()
        .chain([name("bi", "x")])
    {
        assert_eq!(seen(&restored, &object), seen(&before, &object), "{object}");
    }
    assert_eq!(restored.relations[&name("bi", "x")].marker, None);
    assert!(!restored.relations.contains_key(&name("marts", "made")));

    // Then everything that the run left is cleared away, and nothing else.
    let last = RunId::new(1_720_000_000_000, 1);
    let options = CleanupOptions {
        older_than: Some(Duration::ZERO),
        keep_retired: &|_| Duration::ZERO,
        now: 1_720_000_000,
    };
    let cleaned = cleanup(&restored, &target.frame(&last, RunKind::Cleanup), &options);
    assert_eq!(cleaned.kept, []);
    assert_eq!(cleaned.plan.summary.drop, 3);
    assert!(
        cleaned
            .plan
            .steps
            .iter()
            .all(|step| step.step.kind == StepKind::Drop)
    );
    target.execute(&cleaned.plan);
    let end = target.observed();
    let names = |observed: &Observed| observed.relations.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&end), names(&before));
    let left: Vec<&ObjectRecord> = target
        .journal
        .objects
        .values()
        .filter(|record| matches!(record.state, ObjectState::Retired | ObjectState::Shadow))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn plans_there_and_back_end_where_they_began() {
    for binaries in Binaries::all().unwrap() {
        there_and_back(&binaries);
    }
}
