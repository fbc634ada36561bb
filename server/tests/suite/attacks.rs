//! The page about attacks is held against the sources: what it names is there.

use std::path::{Path, PathBuf};

/// Where a test is, and the words with which it begins there.
fn place(root: &Path, test: &str) -> (PathBuf, String) {
    let titled = |folder: &str, kind: &str, rest: &str| {
        let (file, title) = rest.split_once(" › ").unwrap_or((rest, ""));
        let file = root.join(folder).join([file, kind].concat());
        (file, format!("test(\"{title}\""))
    };
    if let Some(rest) = test.strip_prefix("end2end: ") {
        return titled("end2end/tests", ".spec.ts", rest);
    }
    if let Some(rest) = test.strip_prefix("sdk: ") {
        return titled("sdk/test", ".test.js", rest);
    }
    let (module, name) = test.rsplit_once("::").unwrap();
    let folder = if module.ends_with("::tests") {
        "server/src"
    } else {
        "server/tests/suite"
    };
    let path = module.replace("::", "/");
    // A file of its own, that of a folder, or that which is tested.
    let within = path.strip_suffix("/tests").unwrap_or(&path);
    let file = [path.clone(), format!("{path}/mod"), within.to_owned()]
        .into_iter()
        .map(|path| root.join(format!("{folder}/{path}.rs")))
        .find(|file| file.exists());
    (file.unwrap_or_default(), format!("fn {name}("))
}

#[test]
fn every_test_that_the_page_about_attacks_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let page = std::fs::read_to_string(root.join("docs/security.md")).unwrap();
    let mut named = Vec::new();
    for row in page.lines().filter(|line| line.starts_with("| ")) {
        // The last column, behind the last stroke but one.
        let tried_by = row.rsplit('|').nth(1).unwrap_or_default();
        let tests: Vec<&str> = tried_by.split('`').skip(1).step_by(2).collect();
        let is_head = row.contains("tried by") || row.contains("---");
        assert!(is_head || !tests.is_empty(), "nothing tries this: {row}");
        named.extend(tests);
    }
    let count = |prefix: &str| named.iter().filter(|it| it.starts_with(prefix)).count();
    assert!(named.len() >= 80, "{named:?}");
    assert!(
        count("end2end: ") >= 30 && count("sdk: ") >= 10,
        "{named:?}"
    );
    for test in named {
        let (file, words) = place(&root, test);
        let source = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(
            source.contains(&words),
            "{test}: {words} is not in {}",
            file.display()
        );
    }
}
