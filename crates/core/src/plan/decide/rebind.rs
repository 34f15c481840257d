//! Functions, policies and rules that are bound to what is replaced: they are bound anew in the cutover,
//! by the statements that the target tells for them.

use dormer_sql::ident::quote;

use super::Deciding;
use crate::engine::hazard::{Hazard, HazardKind};
use crate::engine::step::Deed;
use crate::model::name::ObjectName;
use crate::model::observed::dependency::{Read, Reader};
use crate::model::observed::relation::Ownership;
use crate::model::observed::{Body, Observed};
use crate::plan::decision::Rebind;
use crate::plan::text::sql_name;

/// Decides on everything but views that is bound to something that gets another identity.
pub(super) fn decide(deciding: &mut Deciding<'_>) {
    let replaced: Vec<ObjectName> = deciding.names.keys().cloned().collect();
    let mut rebinds: Vec<Rebind> = Vec::new();
    for name in &replaced {
        let bound: Vec<(Reader, Read)> = deciding
            .readers
            .bound(name)
            .iter()
            .map(|(reader, read, _)| ((*reader).clone(), (*read).clone()))
            .collect();
        for (reader, read) in bound {
            if matches!(reader, Reader::Relation(_)) || reader.relation() == Some(name) {
                continue;
            }
            // A column of what is built anew as well has the new type.
            if let Reader::Column { of, .. } = &reader
                && deciding.names.contains_key(of)
            {
                continue;
            }
            // Told once, of the type.
            if matches!(read, Read::Relation(_)) && uses_rows_of(deciding, &reader, name) {
                continue;
            }
            match statement(deciding, &reader, &read) {
                Ok(sql) => {
                    let what = reader.to_string();
                    match rebinds.iter_mut().find(|rebind| rebind.what == what) {
                        Some(rebind) => rebind.on.push(name.clone()),
                        None => rebinds.push(Rebind {
                            what,
                            on: vec![name.clone()],
                            deed: Deed::Rebind {
                                before: sql.clone(),
                                what: reader.to_string(),
                                sql,
                            },
                        }),
                    }
                }
                Err(why) => deciding.hazards.push(Hazard {
                    kind: HazardKind::LeavesForeign,
                    object: Some(name.clone()),
                    text: format!("{reader} stays on the retired generation: {why}"),
                    hint: by_its_owner(deciding, &reader, &read),
                }),
            }
        }
    }
    own_policies(deciding, &mut rebinds);
    deciding.decisions.rebinds = rebinds;
}

/// Whether a function is bound to the type of the rows of a relation too: a statement that names the new
/// one would say another function.
fn uses_rows_of(deciding: &Deciding<'_>, reader: &Reader, of: &ObjectName) -> bool {
    if !matches!(reader, Reader::Function(_)) {
        return false;
    }
    let mut bound = deciding.readers.bound(of).iter();
    bound.any(|(other, read, _)| *other == reader && matches!(read, Read::RowType(_)))
}

/// What somebody else can do about it, where a statement does it.
fn by_its_owner(deciding: &Deciding<'_>, reader: &Reader, read: &Read) -> Option<String> {
    let mut replaced = deciding.names.keys();
    if replaced.any(|name| uses_rows_of(deciding, reader, name)) {
        return None;
    }
    let sql = match read {
        Read::RowType(_) => None,
        Read::Relation(_) | Read::Function(_) => binding(deciding.input.observed, reader),
    }?;
    Some(format!("its owner can run after the apply:  {sql};"))
}

/// The policies of a table that is built anew say what they say as soon as it has its name.
fn own_policies(deciding: &Deciding<'_>, rebinds: &mut Vec<Rebind>) {
    let observed = deciding.input.observed;
    for on in deciding.names.keys() {
        let Some(table) = observed.relations.get(on) else {
            continue;
        };
        let decision = deciding.objects.get(on);
        if decision.is_none_or(|decision| decision.kind != table.kind) {
            continue;
        }
        for name in table.policies.keys() {
            let policy = Reader::Policy {
                on: on.clone(),
                name: name.clone(),
            };
            let what = policy.to_string();
            let Some(sql) = binding(observed, &policy) else {
                continue;
            };
            if rebinds.iter().all(|rebind| rebind.what != what) {
                rebinds.push(Rebind {
                    what,
                    on: vec![on.clone()],
                    // The generation before has its own policy, whatever somebody does to this one.
                    deed: Deed::Verbatim {
                        undo: Some(sql.clone()),
                        sql,
                    },
                });
            }
        }
    }
}

/// The statement that binds it to whatever has the names by then; or why there is none.
fn statement(deciding: &Deciding<'_>, reader: &Reader, read: &Read) -> Result<String, String> {
    let observed = deciding.input.observed;
    let mut replaced = deciding.names.keys();
    let typed = replaced.any(|name| uses_rows_of(deciding, reader, name));
    if typed && !matches!(read, Read::RowType(_)) {
        return Err("it uses the type of rows that get another type with it".to_owned());
    }
    if matches!(read, Read::RowType(_)) {
        let by_name = match reader {
            Reader::Function(name) => {
                let function = observed.functions.get(name);
                function.is_some_and(|function| function.body == Body::Text)
            }
            _ => false,
        };
        if by_name {
            return Err(
                "it takes or returns rows of its type, which no statement changes, and its body \
                 reads the new one by name: it breaks until it is made anew"
                    .to_owned(),
            );
        }
        return Err("it uses the type of its rows, which no statement changes".to_owned());
    }
    match reader {
        Reader::Function(name) => {
            let function = observed.functions.get(name).ok_or("it could not be seen")?;
            held(deciding, function.ownership, &function.owner)?;
            binding(observed, reader).ok_or_else(|| "no statement binds it anew".to_owned())
        }
        Reader::Policy { on, .. } | Reader::Rule { on, .. } => {
            let relation = observed.relations.get(on).ok_or("it could not be seen")?;
            held(deciding, relation.ownership, &relation.owner)?;
            binding(observed, reader).ok_or_else(|| "it could not be seen".to_owned())
        }
        Reader::Default { .. } | Reader::Column { .. } | Reader::Relation(_) => {
            Err("no statement binds it anew".to_owned())
        }
    }
}

/// The statement that says of a function, a policy or a rule what the target says of it now.
pub(in crate::plan) fn binding(observed: &Observed, reader: &Reader) -> Option<String> {
    match reader {
        Reader::Function(name) => {
            let function = observed.functions.get(name)?;
            let definition = function.definition.as_ref()?;
            (function.body == Body::Bound).then(|| definition.trim().to_owned())
        }
        Reader::Policy { on, name } => {
            let policy = observed.relations.get(on)?.policies.get(name)?;
            let using = policy.using.as_ref();
            let using = using.map_or_else(String::new, |using| format!(" USING ({using})"));
            let check = policy.check.as_ref();
            let check = check.map_or_else(String::new, |check| format!(" WITH CHECK ({check})"));
            let (name, on) = (quote(name), sql_name(on));
            Some(format!("ALTER POLICY {name} ON {on}{using}{check}"))
        }
        Reader::Rule { on, name } => {
            let rule = observed.relations.get(on)?.rules.get(name)?;
            let definition = rule.definition.trim().trim_end_matches(';');
            let rest = definition.strip_prefix("CREATE RULE")?;
            Some(format!("CREATE OR REPLACE RULE{rest}"))
        }
        Reader::Default { .. } | Reader::Column { .. } | Reader::Relation(_) => None,
    }
}

fn held(deciding: &Deciding<'_>, ownership: Ownership, owner: &str) -> Result<(), String> {
    match ownership {
        Ownership::Held => Ok(()),
        Ownership::Foreign => Err(format!("it {}", deciding.foreign(owner))),
    }
}
