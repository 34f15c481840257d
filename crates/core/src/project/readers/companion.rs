//! What stands beside a CREATE and belongs to its object: indexes, comments, grants, owner, audits.
//!
//! **A companion belongs to the object that it names, and that object is in the same file.**

use dormer_sql::lex::{TokenKind, lex};
use dormer_sql::statement::{
    Alter, Comment, CreateIndex, Grant, GrantAction, Noun, Statement, StatementKind,
};
use dormer_sql::{Dialect, Ident, QualifiedName, Span};

use super::literal;
use super::sql::{FileReader, Waiting};
use super::typing::mistyped;
use crate::diagnostic::{Diagnostic, Location, Severity, suggest};
use crate::model::name::ObjectName;
use crate::model::object::{
    Audit, Companions, DeclaredComment, DeclaredGrant, DeclaredIndex, Grantee,
};
use crate::project::codes;

/// Gives a statement to the object that it belongs to, or tells why it cannot.
pub(super) fn attach(reader: &mut FileReader<'_>, waiting: Waiting<'_>) {
    let statement = waiting.statement;
    match &statement.kind {
        StatementKind::CreateIndex(index) => reader.index(index, &waiting),
        StatementKind::Comment(comment) => reader.comment(statement, comment),
        StatementKind::Grant(grant) => reader.grant(statement, grant),
        StatementKind::Alter(alter) => reader.alter(statement, alter),
        StatementKind::Drop(drop) => reader.drop(statement, drop),
        StatementKind::CreateSchema(schema) => {
            let name = schema.name.value.to_string();
            let at = reader.at(schema.name.span);
            reader.contents.schemas.push((name, at));
        }
        StatementKind::Query(span) => reader.audit(statement, *span, waiting.audits),
        StatementKind::Refresh(_) => {
            reader.unmanaged(statement, "REFRESH");
        }
        StatementKind::Opaque(opaque) => {
            if !reader.mistyped(statement, &opaque.words) {
                reader.unmanaged(statement, &opaque.words);
            }
        }
        StatementKind::CreateView(view) => reader.temporary(statement, &view.name),
        StatementKind::CreateTable(table) => reader.temporary(statement, &table.name),
        StatementKind::CreateStream(stream) => reader.temporary(statement, &stream.name),
        StatementKind::CreateFunction(function) => reader.temporary(statement, &function.name),
    }
}

impl FileReader<'_> {
    /// Tells the word of a statement's beginning that nobody can have meant, if there is one.
    fn mistyped(&mut self, statement: &Statement, words: &str) -> bool {
        let Some(mistyped) = mistyped(words) else {
            return false;
        };
        let text = statement.span.slice(&self.source.text);
        let word = mistyped.word;
        let found = text.to_ascii_uppercase().find(word);
        let start = statement.span.start + Span::of(0..found.unwrap_or(0)).end;
        let length = Span::of(0..found.map_or(text.len(), |_| word.len())).end;
        let message = format!("there is no statement {words}");
        let mut found = Diagnostic::new(codes::SYNTAX_ERROR, Severity::Error, message).at(
            self.at(Span::new(start, start + length)),
            "no engine knows this word here",
        );
        if let Some(meant) = mistyped.meant {
            found = found.help(format!("did you mean {meant}?"));
        }
        if !self.told(statement.span) {
            self.contents.diagnostics.push(found);
        }
        true
    }

    /// Finds the companions of the object that a companion names.
    fn companions(&mut self, name: &QualifiedName, what: &str) -> Option<&mut Companions> {
        let object = ObjectName::of(name);
        let Some(index) = self.by_name.get(&object).copied() else {
            self.foreign(name, &object, what);
            return None;
        };
        let declaration = self.contents.objects.get_mut(index)?;
        Some(&mut declaration.object.companions)
    }

    fn foreign(&mut self, name: &QualifiedName, object: &ObjectName, what: &str) {
        let message = format!("{what} names {object}, which this file does not declare");
        let mut found = Diagnostic::new(codes::FOREIGN_COMPANION, Severity::Error, message)
            .at(self.at(name.span), "not declared in this file");
        let declared: Vec<String> = self.by_name.keys().map(ToString::to_string).collect();
        let same_last = self.by_name.keys().find(|known| known.name == object.name);
        let full = object.to_string();
        let meant = same_last
            .map(ToString::to_string)
            .or_else(|| suggest(&full, declared.iter().map(String::as_str)).map(str::to_owned));
        found = match (meant, declared.as_slice()) {
            (Some(meant), _) => found.help(format!("did you mean {meant}?")),
            (None, []) => found.note("this file declares no object"),
            (None, declared) => found.note(format!("this file declares {}", declared.join(", "))),
        };
        self.contents.diagnostics.push(found);
    }

    fn index(&mut self, index: &CreateIndex, waiting: &Waiting<'_>) {
        let span = waiting.statement.span;
        let Some(fingerprint) = waiting.fingerprint else {
            return;
        };
        if let Some(companions) = self.companions(&index.on, "index") {
            companions.indexes.push(DeclaredIndex {
                index: index.clone(),
                fingerprint,
                span,
            });
        }
    }

    fn comment(&mut self, statement: &Statement, comment: &Comment) {
        let managed = !matches!(comment.noun, Noun::Index | Noun::Schema | Noun::Other);
        if !managed || comment.part.is_some() {
            self.unmanaged(statement, "COMMENT ON something else than an object");
            return;
        }
        let text = comment
            .text
            .map(|span| literal::text(span.slice(&self.source.text), self.dialect));
        let declared = DeclaredComment {
            noun: comment.noun,
            text,
            span: statement.span,
        };
        if let Some(companions) = self.companions(&comment.on, "comment") {
            match &comment.column {
                Some(column) => {
                    let column = column.value.to_string();
                    companions.column_comments.insert(column, declared);
                }
                None => companions.comment = Some(declared),
            }
        }
    }

    fn grant(&mut self, statement: &Statement, grant: &Grant) {
        if grant.action == GrantAction::Revoke {
            self.unmanaged(statement, "REVOKE");
            return;
        }
        if grant.on.is_empty() || matches!(grant.noun, Noun::Schema | Noun::Other) {
            self.unmanaged(statement, "GRANT on something else than an object");
            return;
        }
        let text = &self.source.text;
        let mut grants = Vec::new();
        for privilege in &grant.privileges {
            let (privilege, columns) = read_privilege(privilege.slice(text), self.dialect);
            for grantee in &grant.grantees {
                grants.push(DeclaredGrant {
                    privilege: privilege.clone(),
                    columns: columns.clone(),
                    grantee: read_grantee(grantee.slice(text), self.dialect),
                    grant_option: grant.grant_option,
                    span: statement.span,
                });
            }
        }
        for name in &grant.on {
            if let Some(companions) = self.companions(name, "grant") {
                companions.grants.extend(grants.iter().cloned());
            }
        }
    }

    fn alter(&mut self, statement: &Statement, alter: &Alter) {
        let Some(owner) = alter.owner.as_ref().filter(|_| alter.part.is_none()) else {
            self.unmanaged(statement, "ALTER of anything but the owner");
            return;
        };
        if matches!(alter.noun, Noun::Index | Noun::Schema | Noun::Other) {
            self.unmanaged(statement, "ALTER of something else than an object");
            return;
        }
        if let Some(companions) = self.companions(&alter.name, "owner") {
            companions.owner = Some(owner.clone());
        }
    }

    /// An audit belongs to the object of the file that it reads, else to the one before it.
    fn audit(&mut self, statement: &Statement, span: Span, audits: Vec<(String, Location)>) {
        if audits.is_empty() {
            self.unmanaged(statement, "SELECT without a directive audit \"text\"");
            return;
        }
        let query = self.query(&statement.kind).unwrap_or_default();
        let mut reads = query.references().iter();
        let read = reads.find_map(|read| self.by_name.get(&ObjectName::of(&read.name)).copied());
        let before = |declaration: &super::sql::Declaration| {
            declaration.object.definition.statement.span.start < span.start
        };
        let nearest = || self.contents.objects.iter().rposition(before);
        let Some(index) = read.or_else(nearest) else {
            let message = "audit stands in a file that declares no object before it";
            let found = Diagnostic::new(codes::FOREIGN_COMPANION, Severity::Error, message)
                .at(self.at(span), "belongs to no object");
            self.contents.diagnostics.push(found);
            return;
        };
        if let Some(declaration) = self.contents.objects.get_mut(index) {
            for (name, _) in audits {
                declaration.object.companions.audits.push(Audit {
                    name,
                    span,
                    query: query.clone(),
                });
            }
        }
    }

    fn temporary(&mut self, statement: &Statement, name: &QualifiedName) {
        // That the name is missing has been told.
        if name.last().is_empty() {
            return;
        }
        let words = format!("temporary {}", ObjectName::of(name).name);
        self.unmanaged(statement, &words);
    }
}

/// Reads `SELECT (a, b)`: the words in upper case, and the columns.
fn read_privilege(written: &str, dialect: Dialect) -> (String, Vec<String>) {
    let (words, columns) = written.split_once('(').unwrap_or((written, ""));
    let words: Vec<String> = words
        .split_ascii_whitespace()
        .map(str::to_ascii_uppercase)
        .collect();
    let names = lex(columns, dialect);
    let is_name = |kind| matches!(kind, TokenKind::Word | TokenKind::QuotedName(_));
    let names = names.iter().filter(|token| is_name(token.kind));
    let columns = names
        .map(|token| Ident::parse(token.text(columns), token.span, dialect).value)
        .map(String::from)
        .collect();
    (words.join(" "), columns)
}

/// Folds the role as the engine would; `GROUP` and `ROLE` stay before it in upper case.
fn read_grantee(written: &str, dialect: Dialect) -> Grantee {
    let tokens = lex(written, dialect);
    let words: Vec<_> = tokens
        .iter()
        .filter(|token| !token.kind.is_trivia())
        .collect();
    let role = |token: &dormer_sql::lex::Token| {
        Ident::parse(token.text(written), token.span, dialect).value
    };
    match words.as_slice() {
        [only] => Grantee(role(only).into()),
        [first, second] => {
            let word = first.text(written).to_ascii_uppercase();
            Grantee(format!("{word} {}", role(second)))
        }
        _ => Grantee(written.to_owned()),
    }
}
