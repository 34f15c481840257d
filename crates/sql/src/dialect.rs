//! The dialects and the table of what each one does differently.
//!
//! **No code asks `dialect == X`.** It asks a switch of [`Rules`], so that a new dialect is one
//! more row here.

/// The SQL that a text is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Dialect {
    #[default]
    Postgres,
    Redshift,
    RisingWave,
    Materialize,
}

/// What a dialect does with the letters of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Folding {
    /// Unquoted names fold to lower case, quoted names stay.
    Unquoted,
    /// All names fold to lower case, quoted ones too.
    Always,
}

/// Syntax inside a query that an engine has and PostgreSQL has not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnSyntax {
    /// `SELECT TOP n`.
    Top,
    /// `MINUS` for EXCEPT.
    Minus,
    /// `QUALIFY condition`.
    Qualify,
    /// `APPROXIMATE COUNT(DISTINCT x)`.
    Approximate,
    /// `FROM t, t.items[0].lines AS l AT n`.
    At,
    /// `LAG(x IGNORE NULLS)`.
    NullTreatment,
    /// `WHERE a.id = b.id (+)`.
    OuterMark,
    /// `CONVERT(type, value)`.
    ConvertCall,
    /// `'it\'s'`.
    BackslashStrings,
    /// `ARRAY(1, 2)`.
    ArrayCall,
    /// `value::STRUCT<id int>`.
    StructTypes,
    /// `PIVOT (..)` and `UNPIVOT (..)`.
    Pivot,
    /// `SELECT * EXCLUDE (a, b)`, `SELECT * EXCEPT (a, b)`.
    Exclude,
    /// `START WITH .. CONNECT BY PRIOR ..`.
    ConnectBy,
    /// `#name` for temporary tables.
    HashNames,
    /// `ASOF JOIN`.
    Asof,
    /// `FROM t FOR SYSTEM_TIME AS OF PROCTIME()`.
    SystemTime,
    /// `OVER (.. SESSION WITH GAP interval)`.
    SessionWindow,
    /// `|x| x + 1` as an argument.
    Lambda,
    /// `LIST[..]`, `MAP[.. => ..]`, `type LIST`.
    CollectionLiterals,
    /// `MAP {'a': 1}`.
    MapBraces,
    /// `WITH MUTUALLY RECURSIVE name (column type)`.
    MutuallyRecursive,
    /// `AS OF time` behind a query.
    AsOf,
    /// `FROM (SHOW ..)`.
    ShowInFrom,
    /// `OPTIONS (..)` behind GROUP BY.
    QueryOptions,
}

/// How a unit of time is written as an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnitWords {
    /// `'day'`: a bare word is a column.
    Quoted,
    /// `DATEADD(day, ..)`.
    Bare,
}

/// How a stored definition calls a relation without alias once that relation is renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renaming {
    /// By its new name, its columns too: the definition keeps no name.
    Follows,
    /// By the words of the text, in a way of the engine's own.
    KeepsText,
}

/// The switches of one dialect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    pub name: &'static str,
    pub folding: Folding,
    /// The longest name in bytes; longer ones are cut or refused by the engine.
    pub name_bytes: Option<usize>,
    /// `\` escapes in plain strings.
    pub backslash_strings: bool,
    /// `#name` is a temporary table.
    pub hash_names: bool,
    /// A select list sees the aliases that stand before it in the same list.
    pub lateral_aliases: bool,
    /// `FROM t, t.items i` walks into a column of `t`.
    pub column_navigation: bool,
    /// A name of three parts may be of another database than the session's.
    pub other_databases: bool,
    /// How functions such as DATEADD take a unit of time.
    pub unit_words: UnitWords,
    /// What a renamed relation is called in the definitions of its readers.
    pub renaming: Renaming,
    /// The syntax of queries that PostgreSQL does not have.
    pub own_syntax: &'static [OwnSyntax],
}

const POSTGRES: Rules = Rules {
    name: "postgres",
    folding: Folding::Unquoted,
    name_bytes: Some(63),
    backslash_strings: false,
    hash_names: false,
    lateral_aliases: false,
    column_navigation: false,
    other_databases: false,
    unit_words: UnitWords::Quoted,
    renaming: Renaming::Follows,
    own_syntax: &[],
};

const REDSHIFT: Rules = Rules {
    name: "redshift",
    folding: Folding::Always,
    name_bytes: Some(127),
    backslash_strings: true,
    hash_names: true,
    lateral_aliases: true,
    column_navigation: true,
    other_databases: true,
    unit_words: UnitWords::Bare,
    renaming: Renaming::KeepsText,
    own_syntax: &[
        OwnSyntax::Top,
        OwnSyntax::Minus,
        OwnSyntax::Qualify,
        OwnSyntax::Approximate,
        OwnSyntax::At,
        OwnSyntax::Pivot,
        OwnSyntax::Exclude,
        OwnSyntax::ConnectBy,
        OwnSyntax::HashNames,
        OwnSyntax::NullTreatment,
        OwnSyntax::OuterMark,
        OwnSyntax::ConvertCall,
        OwnSyntax::BackslashStrings,
        OwnSyntax::ArrayCall,
    ],
};

const RISINGWAVE: Rules = Rules {
    name: "risingwave",
    name_bytes: None,
    other_databases: true,
    renaming: Renaming::KeepsText,
    own_syntax: &[
        OwnSyntax::Asof,
        OwnSyntax::SystemTime,
        OwnSyntax::SessionWindow,
        OwnSyntax::Lambda,
        OwnSyntax::Exclude,
        OwnSyntax::MapBraces,
        OwnSyntax::StructTypes,
        OwnSyntax::NullTreatment,
    ],
    ..POSTGRES
};

const MATERIALIZE: Rules = Rules {
    name: "materialize",
    name_bytes: Some(255),
    other_databases: true,
    renaming: Renaming::KeepsText,
    own_syntax: &[
        OwnSyntax::MutuallyRecursive,
        OwnSyntax::QueryOptions,
        OwnSyntax::CollectionLiterals,
        OwnSyntax::Qualify,
        OwnSyntax::NullTreatment,
        OwnSyntax::AsOf,
        OwnSyntax::ShowInFrom,
    ],
    ..POSTGRES
};

impl Dialect {
    pub const ALL: [Self; 4] = [
        Self::Postgres,
        Self::Redshift,
        Self::RisingWave,
        Self::Materialize,
    ];

    #[must_use]
    pub const fn rules(self) -> &'static Rules {
        match self {
            Self::Postgres => &POSTGRES,
            Self::Redshift => &REDSHIFT,
            Self::RisingWave => &RISINGWAVE,
            Self::Materialize => &MATERIALIZE,
        }
    }

    /// Finds the dialect by the name that configuration files use.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|dialect| dialect.rules().name == name)
    }
}
