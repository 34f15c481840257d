//! The words that an engine's grammar keeps for itself, so that as a name they need quotes.

/// Tells whether a lower-case word needs quotes as a name in at least one engine.
#[must_use]
pub fn is_keyword(word: &str) -> bool {
    let first = word.bytes().next().unwrap_or(0);
    let row = KEYWORDS.get(usize::from(first.wrapping_sub(b'a')));
    row.is_some_and(|row| row.split_ascii_whitespace().any(|keyword| keyword == word))
}

/// Words that need quotes as a name of a relation, column or function in at least one engine, one
/// row for each first letter.
const KEYWORDS: [&str; 26] = [
    "aes128 aes256 all allowoverwrite analyse analyze and any array as asc asymmetric \
     authorization",
    "backup between bigint binary bit blanksasnull boolean both bytedict",
    "case cast char character check coalesce collate collation column concurrently constraint \
     create credentials cross current_catalog current_date current_role current_schema \
     current_time current_timestamp current_user current_user_id",
    "dec decimal default deferrable deflate defrag delta delta32k desc disable distinct do",
    "else emptyasnull enable encode encrypt encryption end except exists explicit extract",
    "false fetch float for foreign freeze from full",
    "globaldict256 globaldict64k grant greatest group grouping gzip",
    "having",
    "identity ignore ilike in initially inner inout int integer intersect interval into is \
     isnull",
    "join json json_array json_arrayagg json_exists json_object json_objectagg json_query \
     json_scalar json_serialize json_table json_value",
    "",
    "language lateral leading least left like limit localtime localtimestamp lun luns lzo lzop",
    "merge_action minus mostly13 mostly32 mostly8",
    "national natural nchar new none normalize not notnull null nullif nulls numeric",
    "off offline offset oid old on only open or order out outer overlaps overlay",
    "parallel partition percent permissions placing position precision primary",
    "",
    "raw readratio real recover references rejectlog resort restore returning right row",
    "select session_user setof similar smallint snapshot some substring symmetric sysdate \
     system system_user",
    "table tablesample tag tdes text255 text32k then time timestamp to top trailing treat trim \
     true truncatecolumns",
    "union unique unnest user using",
    "values varchar variadic verbose",
    "wallet when where window with without",
    "xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi \
     xmlroot xmlserialize xmltable",
    "",
    "",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_count() {
        assert!(is_keyword("order"));
        assert!(is_keyword("user"));
        assert!(!is_keyword("orders"));
        assert!(!is_keyword("all analyse"));
        assert!(!is_keyword(""));
        assert!(!is_keyword("\u{fc}ber"));
    }

    #[test]
    fn each_row_holds_the_words_of_its_letter() {
        for (row, letter) in KEYWORDS.iter().zip('a'..='z') {
            assert!(
                row.split_ascii_whitespace()
                    .all(|word| word.starts_with(letter))
            );
        }
    }
}
