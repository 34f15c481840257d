//! The FROM part of the parser's tree to ours: relations, joins, subqueries, functions, aliases.

use rowan::Direction;
use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::aliases::{Given, Joined};
use super::convert::{Converter, child, has_token};
use super::tree::{Alias, Expr, FromItem, JoinCondition, TableFunction};
use super::{AliasSlot, Call, ConstructKind, Partial, PartialReason, functions};
use crate::ident::{Ident, QualifiedName};
use crate::span::Span;

impl Converter<'_> {
    /// Reads one FROM item; its name is in sight of what follows.
    pub(super) fn item_of(&mut self, node: &SyntaxNode) -> Option<FromItem> {
        let item = self.read_item(node)?;
        let (name, given) = match &item {
            FromItem::Relation {
                name, alias: None, ..
            } => (name.parts.last(), Given::Bare),
            FromItem::Navigation { path, alias: None } => (path.last(), Given::Alias),
            FromItem::Relation {
                alias: Some(alias), ..
            }
            | FromItem::Subquery {
                alias: Some(alias), ..
            }
            | FromItem::Functions {
                alias: Some(alias), ..
            }
            | FromItem::Navigation {
                alias: Some(alias), ..
            } => (Some(&alias.name), Given::Alias),
            FromItem::Aliased { alias, .. } => (Some(&alias.name), Given::Alias),
            FromItem::Subquery { alias: None, .. }
            | FromItem::Functions { alias: None, .. }
            | FromItem::Join { .. } => (None, Given::Bare),
        };
        if let Some(name) = name {
            self.aliases.push(name, given);
        }
        Some(item)
    }

    fn read_item(&mut self, node: &SyntaxNode) -> Option<FromItem> {
        match node.kind() {
            SyntaxKind::RELATION_FROM_ITEM => self.relation_item(node),
            SyntaxKind::JOIN_EXPR => self.join(node),
            SyntaxKind::PAREN_FROM_ITEM => self.paren_item(node),
            SyntaxKind::FUNCTION_FROM_ITEM | SyntaxKind::EXPR_FROM_ITEM => self.function_item(node),
            SyntaxKind::ROWS_FROM_ITEM => self.rows_from(node),
            SyntaxKind::XML_TABLE_FROM_ITEM => self.table_item(node, SyntaxKind::XML_TABLE),
            SyntaxKind::JSON_TABLE_FROM_ITEM => self.table_item(node, SyntaxKind::JSON_TABLE),
            _ => {
                let span = self.span(node);
                self.found.partial.push(Partial {
                    span,
                    reason: PartialReason::Syntax,
                });
                None
            }
        }
    }

    fn relation_item(&mut self, node: &SyntaxNode) -> Option<FromItem> {
        let name = self.relation_name(node)?;
        let alias = self.alias(node);
        if let [word] = name.parts.as_slice()
            && !word.quoted
            && functions::keyword_call(&word.value)
        {
            self.found.calls.push(Call { name: name.clone() });
            let function = TableFunction {
                name,
                args: Expr::Nothing,
                columns: None,
                relation: None,
            };
            return Some(FromItem::Functions {
                functions: [function].into(),
                ordinality: false,
                alias,
            });
        }
        let walks = self.dialect.rules().column_navigation;
        if walks && self.aliases.walk_into(&name.parts) {
            return Some(FromItem::Navigation {
                path: name.parts.into(),
                alias,
            });
        }
        let sample = child(node, SyntaxKind::TABLESAMPLE_CLAUSE);
        let alias_at = alias.is_none().then(|| match &sample {
            Some(sample) => self.end_before(sample),
            None => self.span(node).end,
        });
        let sample = sample.map(|clause| self.inside(&clause));
        let slot = alias_at.map(|at| AliasSlot {
            at,
            select: self.select,
        });
        Some(FromItem::Relation {
            name,
            alias,
            sample,
            slot,
        })
    }

    /// The end of the last thing that says something before a node.
    fn end_before(&self, node: &SyntaxNode) -> u32 {
        let mut before = node.siblings_with_tokens(Direction::Prev).skip(1);
        let trivia = [SyntaxKind::WHITESPACE, SyntaxKind::COMMENT];
        let last = before.find(|element| !trivia.contains(&element.kind()));
        let end = last.map_or(0, |element| u32::from(element.text_range().end()));
        self.base + end
    }

    fn alias(&self, node: &SyntaxNode) -> Option<Box<Alias>> {
        let alias = child(node, SyntaxKind::FROM_ALIAS)?;
        let name = self.ident(&child(&alias, SyntaxKind::TABLE_ALIAS)?);
        let columns = child(&alias, SyntaxKind::COLUMN_LIST).map_or_else(Box::default, |list| {
            self.names(&list, SyntaxKind::COLUMN_NAME)
        });
        Some(Box::new(Alias { name, columns }))
    }

    /// The columns of `AS t(a int, b text)` or of ROWS FROM `(f() AS (a int))`.
    fn defined_columns(&self, node: &SyntaxNode) -> Option<Box<[Ident]>> {
        let list = child(node, SyntaxKind::COLUMN_DEF_LIST).or_else(|| {
            child(node, SyntaxKind::FROM_ALIAS)
                .and_then(|alias| child(&alias, SyntaxKind::COLUMN_DEF_LIST))
        })?;
        let defs = list
            .children()
            .filter_map(|def| child(&def, SyntaxKind::COLUMN_NAME));
        Some(defs.map(|name| self.ident(&name)).collect())
    }

    fn join(&mut self, node: &SyntaxNode) -> Option<FromItem> {
        // Chains of joins lean to the left: walk down them, then build up.
        let mut joins = Vec::new();
        let mut current = node.clone();
        let mut left = loop {
            let first = current.first_child()?;
            joins.push(child(&current, SyntaxKind::JOIN));
            if first.kind() != SyntaxKind::JOIN_EXPR {
                break self.item_of(&first);
            }
            current = first;
        };
        for mut join in joins.into_iter().rev().flatten() {
            loop {
                let outer = |part: &SyntaxNode| {
                    use SyntaxKind::{JOIN_FULL, JOIN_LEFT, JOIN_RIGHT};
                    matches!(part.kind(), JOIN_LEFT | JOIN_RIGHT | JOIN_FULL)
                };
                if let Some(kind) = join.children().find(outer) {
                    self.note(ConstructKind::OuterJoin, &kind);
                }
                let condition = self.join_condition(&join);
                let right = join.children().find(|item| is_item(item.kind()));
                // A join without condition takes the next item only: the parser hangs the rest of
                // the chain on its right side, and it belongs on the left.
                let bare = matches!(condition, JoinCondition::None | JoinCondition::Natural);
                let rest = right
                    .as_ref()
                    .filter(|r| bare && r.kind() == SyntaxKind::JOIN_EXPR);
                let next = rest.and_then(|rest| child(rest, SyntaxKind::JOIN));
                let right = if next.is_some() {
                    right.and_then(|r| r.first_child())
                } else {
                    right
                };
                self.aliases.joined = Joined::Join;
                let right = right.and_then(|right| self.item_of(&right));
                self.aliases.joined = Joined::Comma;
                left = joined(left, right, condition);
                match next {
                    Some(next) => join = next,
                    None => break,
                }
            }
        }
        left
    }

    fn joined_item(&mut self, node: &SyntaxNode) -> Option<FromItem> {
        if is_item(node.kind()) {
            self.item_of(node)
        } else {
            None
        }
    }

    fn paren_item(&mut self, node: &SyntaxNode) -> Option<FromItem> {
        let inner = node
            .children()
            .find(|child| child.kind() != SyntaxKind::FROM_ALIAS)?;
        let alias = self.alias(node);
        if inner.kind() == SyntaxKind::PAREN_EXPR
            && let Some(item) = inner.children().find_map(|item| self.joined_item(&item))
        {
            return Some(self.parenthesised_item(node, item, alias));
        }
        let lateral = has_token(node, SyntaxKind::LATERAL_KW);
        let query = if inner.kind() == SyntaxKind::PAREN_EXPR {
            inner.first_child()?
        } else {
            inner
        };
        let neighbours = (!lateral).then(|| self.aliases.hide());
        let query = self.nested(&query);
        if let Some(neighbours) = neighbours {
            self.aliases.unhide(neighbours);
        }
        Some(FromItem::Subquery {
            query: Box::new(query),
            lateral,
            alias,
        })
    }

    /// A FROM item in parentheses, under the alias behind them.
    fn parenthesised_item(
        &self,
        node: &SyntaxNode,
        item: FromItem,
        alias: Option<Box<Alias>>,
    ) -> FromItem {
        match (item, alias) {
            // `ONLY (t)`: the parentheses are part of the name.
            (
                FromItem::Relation {
                    name,
                    sample,
                    slot: Some(slot),
                    ..
                },
                alias,
            ) if has_token(node, SyntaxKind::ONLY_KW) => {
                let at = self.span(node).end;
                let slot = alias.is_none().then_some(AliasSlot { at, ..slot });
                FromItem::Relation {
                    name,
                    alias,
                    sample,
                    slot,
                }
            }
            (item, Some(alias)) => FromItem::Aliased {
                item: Box::new(item),
                alias: *alias,
            },
            (item, None) => item,
        }
    }

    fn function_item(&mut self, node: &SyntaxNode) -> Option<FromItem> {
        let call = node
            .children()
            .find(|child| child.kind() != SyntaxKind::FROM_ALIAS)?;
        let columns = self.defined_columns(node);
        let alias = self.alias(node);
        let function = self.table_function(&call, columns);
        let ordinality = child(node, SyntaxKind::WITH_ORDINALITY).is_some();
        Some(FromItem::Functions {
            functions: [function].into(),
            ordinality,
            alias,
        })
    }

    fn rows_from(&mut self, node: &SyntaxNode) -> Option<FromItem> {
        let args = node
            .children()
            .filter(|child| child.kind() == SyntaxKind::ROWS_FROM_ARG);
        let args: Vec<SyntaxNode> = args.collect();
        let mut functions = Vec::new();
        for arg in &args {
            let call = arg.first_child()?;
            let columns = self.defined_columns(arg);
            functions.push(self.table_function(&call, columns));
        }
        let ordinality = child(node, SyntaxKind::WITH_ORDINALITY).is_some();
        Some(FromItem::Functions {
            functions: functions.into(),
            ordinality,
            alias: self.alias(node),
        })
    }

    fn table_function(
        &mut self,
        call: &SyntaxNode,
        columns: Option<Box<[Ident]>>,
    ) -> TableFunction {
        let head = call.first_child();
        let named = matches!(&head, Some(head)
            if matches!(head.kind(), SyntaxKind::NAME_REF | SyntaxKind::FIELD_EXPR)
                && child(call, SyntaxKind::ARG_LIST).is_some());
        let (name, rest) = match head {
            Some(head) if named => {
                let name = self.path_of(&head);
                self.found.calls.push(Call { name: name.clone() });
                let rest: Vec<SyntaxNode> = call.children().skip(1).collect();
                (name, rest)
            }
            _ => (self.word_name(call), vec![call.clone()]),
        };
        let mut args = Vec::new();
        for part in &rest {
            if part.kind() == SyntaxKind::ARG_LIST {
                args.extend(part.children().map(|arg| self.inside(&arg)));
            } else {
                args.push(self.inside(part));
            }
        }
        let relation = window_relation(&name, &args);
        if relation.is_some() {
            args.remove(0);
        }
        TableFunction {
            name,
            args: Expr::of(args),
            columns,
            relation,
        }
    }

    /// The name of a construct that is no plain call: its first word, as the engine names its
    /// column.
    fn word_name(&self, node: &SyntaxNode) -> QualifiedName {
        let span = self.span(node);
        let word = span.slice(self.text);
        let end = word
            .find(|c: char| !(c.is_alphanumeric() || c == '_'))
            .unwrap_or(word.len());
        let span = Span::new(span.start, span.start + u32::try_from(end).unwrap_or(0));
        let word = span.slice(self.text);
        QualifiedName::new(vec![Ident::parse(word, span, self.dialect)])
    }

    fn table_item(&mut self, node: &SyntaxNode, kind: SyntaxKind) -> Option<FromItem> {
        let table = child(node, kind)?;
        let names = table.descendants().filter(|part| {
            part.kind() == SyntaxKind::COLUMN_NAME
                && part
                    .parent()
                    .is_some_and(|column| is_table_column(column.kind()))
        });
        let columns: Box<_> = names.map(|name| self.ident(&name)).collect();
        let name = self.word_name(&table);
        let args = self.inside(&table);
        let function = TableFunction {
            name,
            args,
            columns: Some(columns),
            relation: None,
        };
        Some(FromItem::Functions {
            functions: [function].into(),
            ordinality: false,
            alias: self.alias(node),
        })
    }
}

const fn is_item(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        SyntaxKind::RELATION_FROM_ITEM
            | SyntaxKind::JOIN_EXPR
            | SyntaxKind::PAREN_FROM_ITEM
            | SyntaxKind::FUNCTION_FROM_ITEM
            | SyntaxKind::EXPR_FROM_ITEM
            | SyntaxKind::ROWS_FROM_ITEM
            | SyntaxKind::XML_TABLE_FROM_ITEM
            | SyntaxKind::JSON_TABLE_FROM_ITEM
            | SyntaxKind::GRAPH_TABLE_FROM_ITEM
    )
}

fn joined(
    left: Option<FromItem>,
    right: Option<FromItem>,
    condition: JoinCondition,
) -> Option<FromItem> {
    match (left, right) {
        (Some(left), Some(right)) => {
            let (left, right) = (Box::new(left), Box::new(right));
            Some(FromItem::Join {
                left,
                right,
                condition,
            })
        }
        (left, right) => left.or(right),
    }
}

const fn is_table_column(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        SyntaxKind::XML_TABLE_COLUMN
            | SyntaxKind::JSON_TABLE_VALUE_COLUMN
            | SyntaxKind::JSON_TABLE_ORDINALITY_COLUMN
            | SyntaxKind::JSON_TABLE_EXISTS_COLUMN
    )
}

/// The relation that `TUMBLE(relation, ..)` and `HOP(relation, ..)` read.
fn window_relation(name: &QualifiedName, args: &[Expr]) -> Option<QualifiedName> {
    if !matches!(name.last(), "tumble" | "hop") {
        return None;
    }
    match args.first() {
        Some(Expr::Name(parts)) if args.len() > 1 => Some(QualifiedName::new(parts.to_vec())),
        _ => None,
    }
}

/// Whether a FROM item may look at the items before it.
pub(super) fn looks_left(item: &FromItem) -> bool {
    match item {
        FromItem::Relation { sample, .. } => sample.is_some(),
        FromItem::Subquery { lateral, .. } => *lateral,
        FromItem::Navigation { .. } | FromItem::Functions { .. } => true,
        FromItem::Join {
            left,
            right,
            condition,
        } => looks_left(left) || looks_left(right) || !matches!(condition, JoinCondition::None),
        FromItem::Aliased { item, .. } => looks_left(item),
    }
}
