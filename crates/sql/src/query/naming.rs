//! The names that PostgreSQL invents for columns without alias, by its own rules: a name is strong
//! when a column, function or construct gives it, weak when only a type or a CASE does; a stronger
//! name from inside wins over a weak one from outside.

use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::convert::{Converter, child, has_token, is_query, is_type};
use crate::ident::Name;

const UNNAMED: &str = "?column?";

/// How much a name weighs against the name of what stands around it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Figure {
    Strong(Name),
    Weak(Name),
    None,
}

impl Figure {
    fn strong(name: &str) -> Self {
        Self::Strong(name.into())
    }

    /// The name itself if it is strong, else the weak one that stands around it.
    fn or_weak(self, around: impl FnOnce() -> Option<Name>) -> Self {
        match self {
            Self::Strong(_) => self,
            Self::Weak(_) | Self::None => around().map_or(self, Self::Weak),
        }
    }
}

impl Converter<'_> {
    /// The name that the engine gives to a column without alias.
    pub(super) fn invented_name(&self, value: &SyntaxNode) -> Name {
        match self.figure(value) {
            Figure::Strong(name) | Figure::Weak(name) => name,
            Figure::None => Name::new_static(UNNAMED),
        }
    }

    fn figure(&self, node: &SyntaxNode) -> Figure {
        let inner = || {
            node.first_child()
                .map_or(Figure::None, |inner| self.figure(&inner))
        };
        match node.kind() {
            SyntaxKind::NAME_REF => Figure::Strong(self.ident(node).value),
            SyntaxKind::FIELD_EXPR => {
                // `(t.*)` is called like `t`.
                let star = has_token(node, SyntaxKind::STAR);
                let field = node.children().nth(1).filter(|_| !star);
                field.map_or_else(inner, |field| Figure::Strong(self.ident(&field).value))
            }
            SyntaxKind::INDEX_EXPR
            | SyntaxKind::SLICE_EXPR
            | SyntaxKind::PAREN_EXPR
            | SyntaxKind::COLLATE => inner(),
            SyntaxKind::ARRAY_EXPR => Figure::strong("array"),
            SyntaxKind::TUPLE_EXPR => Figure::strong("row"),
            SyntaxKind::CALL_EXPR => self.call_name(node),
            SyntaxKind::CAST_EXPR => self.cast_name(node),
            SyntaxKind::CASE_EXPR => {
                let otherwise = child(node, SyntaxKind::ELSE_CLAUSE);
                let value = otherwise.and_then(|clause| clause.first_child());
                let name = value.map_or(Figure::None, |value| self.figure(&value));
                name.or_weak(|| Some("case".into()))
            }
            SyntaxKind::BIN_EXPR | SyntaxKind::POSTFIX_EXPR => operator_name(node),
            kind if is_query(kind) => self.first_output(node),
            _ => Figure::None,
        }
    }

    fn call_name(&self, node: &SyntaxNode) -> Figure {
        let Some(head) = node.first_child() else {
            return Figure::None;
        };
        if matches!(head.kind(), SyntaxKind::NAME_REF | SyntaxKind::FIELD_EXPR) {
            return self.figure(&head);
        }
        let name = match head.kind() {
            SyntaxKind::EXISTS_FN => "exists",
            SyntaxKind::EXTRACT_FN => "extract",
            SyntaxKind::SUBSTRING_FN => "substring",
            SyntaxKind::POSITION_FN => "position",
            SyntaxKind::OVERLAY_FN => "overlay",
            SyntaxKind::TRIM_FN => match trim_side(&head) {
                Some(SyntaxKind::LEADING_KW) => "ltrim",
                Some(SyntaxKind::TRAILING_KW) => "rtrim",
                _ => "btrim",
            },
            SyntaxKind::COLLATION_FOR_FN => "pg_collation_for",
            SyntaxKind::JSON_FN => "json",
            SyntaxKind::JSON_EXISTS_FN => "json_exists",
            SyntaxKind::JSON_ARRAY_FN => "json_array",
            SyntaxKind::JSON_OBJECT_FN => "json_object",
            SyntaxKind::JSON_OBJECT_AGG_FN => "json_objectagg",
            SyntaxKind::JSON_ARRAY_AGG_FN => "json_arrayagg",
            SyntaxKind::JSON_QUERY_FN => "json_query",
            SyntaxKind::JSON_SCALAR_FN => "json_scalar",
            SyntaxKind::JSON_SERIALIZE_FN => "json_serialize",
            SyntaxKind::JSON_VALUE_FN => "json_value",
            SyntaxKind::XML_ELEMENT_FN => "xmlelement",
            SyntaxKind::XML_FOREST_FN => "xmlforest",
            SyntaxKind::XML_PI_FN => "xmlpi",
            SyntaxKind::XML_PARSE_FN => "xmlparse",
            SyntaxKind::XML_ROOT_FN => "xmlroot",
            SyntaxKind::XML_EXISTS_FN => "xmlexists",
            SyntaxKind::XML_SERIALIZE_FN => "xmlserialize",
            _ => return Figure::None,
        };
        Figure::strong(name)
    }

    /// A cast is called like what it casts, or like its type where that has no strong name.
    fn cast_name(&self, cast: &SyntaxNode) -> Figure {
        let value = cast.children().find(|part| !is_type(part.kind()));
        let name = value.map_or(Figure::None, |value| self.figure(&value));
        name.or_weak(|| {
            let kind = cast.children().find(|part| is_type(part.kind()))?;
            self.type_name(&kind)
        })
    }

    /// The engine's own name of a type.
    fn type_name(&self, node: &SyntaxNode) -> Option<Name> {
        let zoned = || {
            node.descendants()
                .any(|part| part.kind() == SyntaxKind::WITH_TIMEZONE)
        };
        let name = match node.kind() {
            SyntaxKind::ARRAY_TYPE => return self.type_name(&node.first_child()?),
            SyntaxKind::VARCHAR_TYPE => "varchar",
            SyntaxKind::CHARACTER_TYPE if has_token(node, SyntaxKind::VARYING_KW) => "varchar",
            SyntaxKind::CHARACTER_TYPE => "bpchar",
            SyntaxKind::BIT_TYPE => "bit",
            SyntaxKind::BIT_VARYING_TYPE => "varbit",
            SyntaxKind::DOUBLE_TYPE => "float8",
            SyntaxKind::TIME_TYPE if zoned() => "timetz",
            SyntaxKind::TIME_TYPE => "time",
            SyntaxKind::TIMESTAMP_TYPE if zoned() => "timestamptz",
            SyntaxKind::TIMESTAMP_TYPE => "timestamp",
            SyntaxKind::INTERVAL_TYPE => "interval",
            SyntaxKind::PATH_TYPE => return self.named_type(node),
            _ => return None,
        };
        Some(name.into())
    }

    fn named_type(&self, node: &SyntaxNode) -> Option<Name> {
        let path = self.path_of(&child(node, SyntaxKind::PATH_REF)?);
        let last = path.parts.last()?;
        if path.parts.len() > 1 || last.quoted {
            return Some(last.value.clone());
        }
        let name = match last.value.as_str() {
            "int" | "integer" => "int4",
            "bigint" => "int8",
            "smallint" => "int2",
            "boolean" => "bool",
            "real" => "float4",
            "float" if self.precision(node).is_some_and(|digits| digits <= 24) => "float4",
            "float" => "float8",
            "decimal" | "dec" => "numeric",
            "char" | "character" | "nchar" => "bpchar",
            other => other,
        };
        Some(name.into())
    }

    fn precision(&self, node: &SyntaxNode) -> Option<u32> {
        let args = child(node, SyntaxKind::ARG_LIST)?;
        self.span(&args.first_child()?)
            .slice(self.text)
            .trim()
            .parse()
            .ok()
    }

    /// The first output column of a subquery that stands for a value.
    fn first_output(&self, query: &SyntaxNode) -> Figure {
        let found = match query.kind() {
            SyntaxKind::VALUES => return Figure::strong("column1"),
            SyntaxKind::COMPOUND_SELECT | SyntaxKind::PAREN_SELECT => {
                let inner = query.children().find(|node| is_query(node.kind()));
                inner.map(|inner| self.first_output(&inner))
            }
            SyntaxKind::SELECT => self.first_target(query),
            _ => None,
        };
        found.unwrap_or(Figure::None)
    }

    fn first_target(&self, select: &SyntaxNode) -> Option<Figure> {
        let clause = child(select, SyntaxKind::SELECT_CLAUSE)?;
        let target = child(&clause, SyntaxKind::TARGET_LIST)?.first_child()?;
        let alias = child(&target, SyntaxKind::AS_NAME);
        if let Some(alias) = alias.and_then(|name| child(&name, SyntaxKind::COLUMN_NAME)) {
            return Some(Figure::Strong(self.ident(&alias).value));
        }
        // The name is given by now, so it counts however weak it was.
        Some(match self.figure(&target.first_child()?) {
            Figure::Weak(name) => Figure::Strong(name),
            Figure::None => Figure::strong(UNNAMED),
            strong => strong,
        })
    }
}

fn trim_side(node: &SyntaxNode) -> Option<SyntaxKind> {
    let mut parts = node.descendants_with_tokens().map(|part| part.kind());
    parts.find(|kind| {
        use SyntaxKind::{BOTH_KW, LEADING_KW, TRAILING_KW};
        matches!(*kind, LEADING_KW | TRAILING_KW | BOTH_KW)
    })
}

/// Operators that are calls of functions to the engine are called like the function.
fn operator_name(node: &SyntaxNode) -> Figure {
    let mut parts = node.children_with_tokens().map(|part| part.kind());
    let name = parts.find_map(|kind| match kind {
        SyntaxKind::AT_TIME_ZONE | SyntaxKind::AT_LOCAL => Some("timezone"),
        SyntaxKind::OVERLAPS_KW => Some("overlaps"),
        SyntaxKind::IS_NORMALIZED => Some("is_normalized"),
        _ => None,
    });
    name.map_or(Figure::None, Figure::strong)
}
