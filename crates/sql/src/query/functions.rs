//! What the functions of the engines return when they stand in FROM, and which bare words are
//! calls or units and no columns.

use crate::dialect::UnitWords;

/// The output columns of a built-in function that returns several; they are its own, whatever the
/// arguments.
#[must_use]
pub(super) fn table_columns(name: &str) -> Option<&'static [&'static str]> {
    Some(match name {
        "json_each" | "jsonb_each" | "json_each_text" | "jsonb_each_text" | "each" | "skeys" => {
            &["key", "value"]
        }
        "json_array_elements"
        | "jsonb_array_elements"
        | "json_array_elements_text"
        | "jsonb_array_elements_text" => &["value"],
        "ts_stat" => &["word", "ndoc", "nentry"],
        "ts_debug" => &[
            "alias",
            "description",
            "token",
            "dictionaries",
            "dictionary",
            "lexemes",
        ],
        "ts_parse" => &["tokid", "token"],
        "ts_token_type" => &["tokid", "alias", "description"],
        "aclexplode" => &["grantor", "grantee", "privilege_type", "is_grantable"],
        "pg_get_keywords" => &["word", "catcode", "barelabel", "catdesc", "baredesc"],
        "pg_options_to_table" => &["option_name", "option_value"],
        "pg_partition_tree" => &["relid", "parentrelid", "isleaf", "level"],
        "pg_partition_ancestors" => &["relid"],
        "pg_timezone_names" => &["name", "abbrev", "utc_offset", "is_dst"],
        "pg_timezone_abbrevs" => &["abbrev", "utc_offset", "is_dst"],
        "pg_input_error_info" => &["message", "detail", "hint", "sql_error_code"],
        "pg_identify_object" => &["type", "schema", "name", "identity"],
        "pg_get_late_binding_view_cols" => &[
            "view_schema",
            "view_name",
            "col_name",
            "col_type",
            "col_num",
        ],
        "_pg_expandarray" => &["x", "n"],
        _ => return None,
    })
}

/// Tells whether a function in FROM surely gives one column, named after its alias or itself.
#[must_use]
pub(super) fn one_column(name: &str) -> bool {
    const NAMES: &str = " generate_series generate_subscripts regexp_split_to_table \
        string_to_table regexp_matches regexp_match json_object_keys jsonb_object_keys \
        jsonb_path_query jsonb_path_query_tz string_to_array current_date current_timestamp \
        localtimestamp localtime current_time current_user session_user user now coalesce \
        greatest least nullif lower upper length abs round floor ceil md5 concat concat_ws \
        format random clock_timestamp date_trunc to_char to_date to_timestamp \
        pg_tablespace_databases pg_ls_dir txid_snapshot_xip pg_snapshot_xip array_agg \
        version array_position cardinality substring trim position overlay extract range \
        regexp_replace replace split_part left right repeat reverse now xpath age ";
    word_in(name, NAMES)
}

/// Tells whether a function gives several rows where it stands in a select list.
#[must_use]
pub(super) fn makes_rows(name: &str) -> bool {
    const NAMES: &str = " unnest generate_series generate_subscripts regexp_matches \
        regexp_split_to_table string_to_table json_array_elements jsonb_array_elements \
        json_array_elements_text jsonb_array_elements_text json_each jsonb_each json_each_text \
        jsonb_each_text json_object_keys jsonb_object_keys jsonb_path_query \
        json_populate_recordset jsonb_populate_recordset json_to_recordset jsonb_to_recordset ";
    word_in(name, NAMES)
}

/// Tells whether a bare word is a call without parentheses: its value is no column.
#[must_use]
pub(super) fn keyword_call(word: &str) -> bool {
    const NAMES: &str = " current_catalog current_date current_role current_schema current_time \
        current_timestamp current_user localtime localtimestamp session_user system_user user ";
    word_in(word, NAMES)
}

/// The words that Redshift takes as calls without parentheses, beside those of the standard.
#[must_use]
pub(super) fn redshift_keyword_call(word: &str) -> bool {
    word_in(word, " sysdate current_user_id ")
}

/// The units of time that some engine takes as bare words.
const UNITS: &str = " millennium millennia mil mils century centuries c cent cents decade \
        decades dec decs year years y yr yrs quarter quarters qtr qtrs month months mon mons week \
        weeks w day days d dow dayofweek weekday dw doy dayofyear dy yearday hour hours h hr hrs \
        minute minutes m min mins second seconds s sec secs millisecond milliseconds ms msec \
        msecs msecond mseconds millisec millisecs millisecon microsecond microseconds us usec \
        usecs useconds microsec microsecs epoch timezone timezone_hour timezone_minute isodow \
        isoyear ";

/// Tells whether a word means something of its own to some engine when it stands without quotes: a
/// call without parentheses, a unit of time, a form of Unicode.
#[must_use]
pub(crate) fn is_own_word(word: &str) -> bool {
    keyword_call(word)
        || redshift_keyword_call(word)
        || word_in(word, UNITS)
        || word_in(word, FORMS)
}

/// The forms that NORMALIZE takes as bare words.
const FORMS: &str = " nfc nfd nfkc nfkd ";

/// Tells whether the bare word that is argument `at` of the function is a word of its own grammar,
/// and no column: a unit of time where the dialect has them, a form of Unicode.
#[must_use]
pub(super) fn word_argument(function: &str, at: usize, word: &str, units: UnitWords) -> bool {
    match (function, at) {
        ("normalize", 1) => word_in(word, FORMS),
        ("dateadd" | "datediff" | "date_part" | "datepart", 0) => {
            units == UnitWords::Bare && word_in(word, UNITS)
        }
        _ => false,
    }
}

fn word_in(word: &str, list: &str) -> bool {
    !word.is_empty() && list.split_ascii_whitespace().any(|entry| entry == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_whole() {
        assert!(one_column("lower"));
        assert!(!one_column("low"));
        assert!(word_argument("dateadd", 0, "day", UnitWords::Bare));
        assert!(!word_argument("dateadd", 2, "day", UnitWords::Bare));
        assert!(!word_argument("dateadd", 0, "day", UnitWords::Quoted));
        assert_eq!(table_columns("json_each"), Some(&["key", "value"][..]));
    }
}
