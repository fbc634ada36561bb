//! The variables of a quick reply.

/// The names of all variables.
pub const VARIABLES: [&str; 4] = [
    "contact.name",
    "contact.first_name",
    "contact.phone",
    "operator.name",
];

/// Who writes to whom, as far as that is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// `{{contact.name}}`; its first word is `{{contact.first_name}}`.
    pub contact: Option<String>,
    /// `{{contact.phone}}`.
    pub phone: Option<String>,
    /// `{{operator.name}}`.
    pub operator: Option<String>,
}

impl Names {
    /// What stands for a variable; `None` if there is no variable of this name.
    fn of(&self, variable: &str) -> Option<&str> {
        let known = match variable {
            "contact.name" => &self.contact,
            "contact.first_name" => {
                let name = self.contact.as_deref().unwrap_or_default();
                return Some(name.split_whitespace().next().unwrap_or_default());
            }
            "contact.phone" => &self.phone,
            "operator.name" => &self.operator,
            _ => return None,
        };
        Some(known.as_deref().unwrap_or_default().trim())
    }
}

/// Longer names than this are none, in bytes.
const LONGEST: usize = 40;

/// A text with its variables filled in. What is filled in is not looked at again. Where nothing is known, nothing is written, and not
/// the blank before it either: a customer never sees a variable of ours. Braces around anything else stay.
pub fn fill(text: &str, names: &Names) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        filled.push_str(before);
        let end = after
            .as_bytes()
            .windows(2)
            .take(LONGEST)
            .position(|two| two == b"}}");
        let variable =
            end.and_then(|end| Some((names.of(after[..end].trim())?, &after[end + 2..])));
        let Some((value, behind)) = variable else {
            filled.push_str("{{");
            rest = after;
            continue;
        };
        filled.push_str(value);
        if value.is_empty() && filled.ends_with(' ') {
            filled.pop();
        }
        rest = behind;
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ana() -> Names {
        Names {
            contact: Some("Ana {{operator.name}} Lima".into()),
            phone: Some("+5511999".into()),
            operator: Some("Rui".into()),
        }
    }

    #[test]
    fn variables_are_filled_once() {
        for (text, expected) in [
            (
                "Hi {{contact.first_name}}, {{ operator.name }} here",
                "Hi Ana, Rui here",
            ),
            (
                "{{contact.name}} {{contact.phone}}",
                "Ana {{operator.name}} Lima +5511999",
            ),
            (
                "{{contact.age}} {{}} {{ {x} }}",
                "{{contact.age}} {{}} {{ {x} }}",
            ),
            ("{{contact.phone", "{{contact.phone"),
            ("{{{{contact.phone}}}}", "{{+5511999}}"),
            ("", ""),
        ] {
            assert_eq!(fill(text, &ana()), expected, "{text}");
        }
    }

    #[test]
    fn every_variable_has_a_value() {
        for name in VARIABLES {
            assert!(!ana().of(name).unwrap().is_empty(), "{name}");
        }
    }

    #[test]
    fn what_is_not_known_leaves_no_hole() {
        let nobody = Names::default();
        assert_eq!(
            fill("Hi {{contact.first_name}}, hello", &nobody),
            "Hi, hello"
        );
        assert_eq!(fill("{{contact.name}}: {{operator.name}}", &nobody), ":");
    }

    proptest! {
        #[test]
        fn text_without_variables_stays(text in "[a-z{} .é]{0,30}") {
            prop_assert_eq!(fill(&text, &ana()), text);
        }
    }

    /// Where the rest were searched for each brace, this would not end.
    #[test]
    fn braces_without_end_are_read_once() {
        let text = "{{".repeat(200_000);
        assert_eq!(fill(&text, &ana()), text);
    }
}
