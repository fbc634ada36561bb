//! What the figures were measured on.

use std::fs;

/// One sentence about this machine.
pub fn describe() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let first = |file: &str, field: &str| {
        let text = fs::read_to_string(file).ok()?;
        let line = text.lines().find(|line| line.starts_with(field))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    };
    let memory = first("/proc/meminfo", "MemTotal")
        .and_then(|text| text.strip_suffix(" kB")?.parse::<f64>().ok())
        .map_or_else(String::new, |kib| {
            format!(", {:.0} GB of memory", kib * 1024.0 / 1e9)
        });
    let model = first("/proc/cpuinfo", "model name")
        .map_or_else(String::new, |model| format!(" ({model})"));
    let system = fs::read_to_string("/proc/sys/kernel/osrelease").map_or_else(
        |_| std::env::consts::OS.to_owned(),
        |release| format!("Linux {}", release.trim()),
    );
    format!("{cores} cores{model} that server, load and browser share{memory}, {system}")
}

/// Programs that wanted a core during the last minute, where the system tells.
pub fn load() -> Option<f64> {
    let text = fs::read_to_string("/proc/loadavg").ok()?;
    text.split_whitespace().next()?.parse().ok()
}
