//! What the person who runs the bench has set must not change what is measured.

/// Whether the inbox, or its driver of the database, would listen to this variable.
pub fn is_setting(name: &str) -> bool {
    name.starts_with("PILOT_")
        || name.starts_with("PG")
        || matches!(name, "DATABASE_URL" | "BUS_URL")
}

/// Takes all of it away from a program to be started.
pub fn clear(command: &mut tokio::process::Command) {
    for (name, _) in std::env::vars_os().filter(|(name, _)| is_setting(&name.to_string_lossy())) {
        command.env_remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::is_setting;

    #[test]
    fn settings_are_known_by_their_names() {
        for name in ["PILOT_LOG", "DATABASE_URL", "BUS_URL", "PGOPTIONS"] {
            assert!(is_setting(name), "{name}");
        }
        assert!(!is_setting("PATH"));
    }
}
