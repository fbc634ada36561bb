//! The page about attacks is held against the sources: what it names is there.

use std::path::Path;

#[test]
fn every_test_that_the_page_about_attacks_names_is_there() {
    let suite = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite");
    let page = std::fs::read_to_string(suite.join("../../../docs/security.md")).unwrap();
    let named: Vec<&str> = page
        .lines()
        .filter(|line| line.starts_with('|'))
        .flat_map(|line| line.split('`').skip(1).step_by(2))
        .filter(|code| code.contains("::"))
        .collect();
    assert!(named.len() >= 30, "{named:?}");
    for test in named {
        let (module, name) = test.rsplit_once("::").unwrap();
        let file = suite.join(format!("{}.rs", module.replace("::", "/")));
        let source = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(source.contains(&format!("fn {name}(")), "{test}");
    }
}
