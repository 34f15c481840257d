//! The names that PostgreSQL invents for columns without alias.
//!
//! The parser knows most of them; here stand those that it gets wrong or cannot see.

use squawk_syntax::column_name::ColumnName;
use squawk_syntax::{SyntaxKind, SyntaxNode, ast};

use super::convert::{Converter, child, has_token, is_query};

const UNNAMED: &str = "?column?";

impl Converter<'_> {
    /// The name that the engine gives to a column without alias.
    pub(super) fn invented_name(&self, value: &SyntaxNode, target: ast::Target) -> String {
        self.own_name(value).unwrap_or_else(|| {
            let name = ColumnName::inferred_from_target(target);
            let name = name.and_then(|(name, _)| name.to_string());
            name.unwrap_or_else(|| UNNAMED.to_owned())
        })
    }

    /// The name, where the parser's answer is not to be asked for.
    fn own_name(&self, value: &SyntaxNode) -> Option<String> {
        match value.kind() {
            SyntaxKind::NAME_REF => Some(self.ident(value).value),
            SyntaxKind::FIELD_EXPR => {
                let field = value
                    .children()
                    .last()
                    .filter(|_| !has_token(value, SyntaxKind::STAR));
                match field {
                    Some(field) => Some(self.ident(&field).value),
                    // `(t.*)` is called like `t`.
                    None => self.own_name(&value.first_child()?),
                }
            }
            SyntaxKind::CALL_EXPR => xml_name(value.first_child()?.kind()).map(str::to_owned),
            SyntaxKind::CAST_EXPR => self.cast_name(value),
            SyntaxKind::PAREN_EXPR => {
                let inner = value.first_child()?;
                if is_query(inner.kind()) {
                    self.first_output(&inner)
                } else {
                    self.own_name(&inner)
                }
            }
            kind if is_query(kind) => self.first_output(value),
            _ => None,
        }
    }

    /// A cast is called like what it casts, or like the type where that is nameless or a CASE.
    fn cast_name(&self, cast: &SyntaxNode) -> Option<String> {
        let mut inner = cast.first_child()?;
        while inner.kind() == SyntaxKind::PAREN_EXPR {
            inner = inner.first_child()?;
        }
        match inner.kind() {
            SyntaxKind::CASE_EXPR if child(&inner, SyntaxKind::ELSE_CLAUSE).is_none() => {
                self.type_name(&cast.children().last()?)
            }
            SyntaxKind::CASE_EXPR | SyntaxKind::LITERAL => None,
            _ => self.own_name(&inner),
        }
    }

    /// The engine's own name of a type that is one word.
    fn type_name(&self, node: &SyntaxNode) -> Option<String> {
        let path =
            child(node, SyntaxKind::PATH_REF).filter(|_| node.kind() == SyntaxKind::PATH_TYPE);
        let name = match path {
            Some(path) => self.path_of(&path).last().to_owned(),
            None => return None,
        };
        let own = match name.as_str() {
            "int" | "integer" => "int4",
            "bigint" => "int8",
            "smallint" => "int2",
            "boolean" => "bool",
            "real" => "float4",
            "float" => "float8",
            "decimal" | "dec" => "numeric",
            other => other,
        };
        Some(own.to_owned())
    }

    /// The first output column of a subquery that stands for a value.
    fn first_output(&self, query: &SyntaxNode) -> Option<String> {
        match query.kind() {
            SyntaxKind::VALUES => Some("column1".to_owned()),
            SyntaxKind::COMPOUND_SELECT | SyntaxKind::PAREN_SELECT => {
                self.first_output(&query.children().find(|node| is_query(node.kind()))?)
            }
            SyntaxKind::SELECT => {
                let clause = child(query, SyntaxKind::SELECT_CLAUSE)?;
                let target = child(&clause, SyntaxKind::TARGET_LIST)?.first_child()?;
                let alias = child(&target, SyntaxKind::AS_NAME);
                if let Some(alias) = alias.and_then(|name| child(&name, SyntaxKind::COLUMN_NAME)) {
                    return Some(self.ident(&alias).value);
                }
                self.own_name(&target.first_child()?)
            }
            _ => None,
        }
    }
}

const fn xml_name(kind: SyntaxKind) -> Option<&'static str> {
    Some(match kind {
        SyntaxKind::XML_ELEMENT_FN => "xmlelement",
        SyntaxKind::XML_FOREST_FN => "xmlforest",
        SyntaxKind::XML_PI_FN => "xmlpi",
        SyntaxKind::XML_PARSE_FN => "xmlparse",
        SyntaxKind::XML_ROOT_FN => "xmlroot",
        SyntaxKind::XML_EXISTS_FN => "xmlexists",
        SyntaxKind::XML_SERIALIZE_FN => "xmlserialize",
        _ => return None,
    })
}
