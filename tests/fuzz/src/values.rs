//! Expressions and tables.

use pairlint_eval::expressions::{Expression, PathLanguage, PathSearch, Subject, find_path};
use pairlint_lint::tables::{Cloud, Tables};
use pairlint_model::bgp::Asn;
use pairlint_model::policy::RegexSyntax;

/// The first line names the language and what the expression sees, the second is the expression, the rest a text:
/// `cisco path anchored`, `^8075_`, `8075 12076`.
pub fn expressions(bytes: &[u8]) {
    let input = String::from_utf8_lossy(bytes);
    let mut lines = input.splitn(3, '\n');
    let [options, written, text] = [(); 3].map(|()| lines.next().unwrap_or(""));
    let has = |word: &str| options.split(' ').any(|option| option == word);
    let syntax = [
        ("frr", RegexSyntax::PosixDelimiter),
        ("posix", RegexSyntax::Posix),
        ("xr", RegexSyntax::XrIos),
        ("numbers", RegexSyntax::AsTokens),
    ];
    let syntax = syntax.iter().find(|(word, _)| has(word));
    let syntax = syntax.map_or(RegexSyntax::Cisco, |(_, syntax)| *syntax);
    let subject = match (has("path"), has("one")) {
        (true, _) => Subject::AsPath,
        (false, true) => Subject::OneCommunity,
        (false, false) => Subject::Communities,
    };
    let Ok(expression) = Expression::compile(written, syntax, subject, has("anchored")) else {
        return;
    };
    let matches = expression.is_match(text);
    // Piece by piece it is the same; and what is settled stays.
    let mut state = expression.start();
    let mut settled = expression.is_settled(state);
    for piece in text.split_inclusive([' ', ':', '5']) {
        state = expression.step(state, piece);
        let now = expression.is_settled(state);
        assert!(
            settled.is_none() || settled == now,
            "settled as {settled:?}, then {now:?}"
        );
        settled = now;
    }
    assert_eq!(expression.accepts_at_end(state), matches);
    assert!(settled.is_none_or(|settled| settled == matches));
    if subject == Subject::AsPath {
        let language = PathLanguage {
            first: vec![Asn(12076)],
            without: vec![Asn(64500)],
            open: true,
        };
        for wanted in [true, false] {
            if let PathSearch::Found(path) = find_path(&language, &[(&expression, wanted)], 2000) {
                assert_eq!(expression.is_match(&path.to_string()), wanted, "{path}");
            }
        }
    }
}

/// A table in place of an embedded one.
pub fn tables(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut tables = Tables::embedded();
    if tables.replace("ServiceTags_Public_20260401.json", &text).is_err() {
        return;
    }
    tables.list();
    for cloud in Cloud::ALL {
        for region in tables.azure_regions().iter().take(50) {
            tables.region_routes(cloud, &region.name);
            tables.regional_community(cloud, &region.name);
        }
    }
    let geographies = tables.geographies().iter();
    for geography in geographies {
        tables.geography_communities(geography);
    }
}
