//! Memory and processor time of programs, as Linux tells them.

use crate::Outcome;
use std::fs;

/// Linux counts processor time in hundredths of a second (`USER_HZ`, proc(5)).
const TICKS: f64 = 100.0;

/// Resident memory of a process in bytes.
pub fn memory(process: u32) -> Outcome<f64> {
    status(process, "VmRSS:")
}

/// The most that it has had since [`forget_peak`].
pub fn peak(process: u32) -> Outcome<f64> {
    status(process, "VmHWM:")
}

/// From now on the most is what there is now (`proc(5)`, `clear_refs`).
pub fn forget_peak(process: u32) -> Outcome {
    fs::write(format!("/proc/{process}/clear_refs"), "5")
        .map_err(|error| format!("the peak of memory cannot be told: {error}").into())
}

fn status(process: u32, name: &str) -> Outcome<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))
        .map_err(|error| format!("memory can be read on Linux only: {error}"))?;
    let kib: f64 = status
        .lines()
        .find_map(|line| line.strip_prefix(name)?.trim().strip_suffix(" kB"))
        .ok_or("the system does not say how much memory the program has")?
        .parse()?;
    Ok(kib * 1024.0)
}

/// Processor time of a process so far, in seconds.
pub fn seconds(process: u32) -> Outcome<f64> {
    Ok(stat(process)?.own)
}

/// Processor time of a process and of all children that it ever had, in seconds.
pub fn family_seconds(process: u32) -> Outcome<f64> {
    let head = stat(process)?;
    let mut sum = head.own + head.ended_children;
    for entry in fs::read_dir("/proc")? {
        // What is no process, or has just ended, has nothing to tell: those that ended count with their parent.
        if let Some(id) = entry?
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok())
            && let Ok(stat) = stat(id)
            && stat.parent == process
        {
            sum += stat.own;
        }
    }
    Ok(sum)
}

/// The process that started this one.
pub fn parent(process: u32) -> Option<u32> {
    stat(process).ok().map(|stat| stat.parent)
}

struct Stat {
    parent: u32,
    own: f64,
    ended_children: f64,
}

fn stat(process: u32) -> Outcome<Stat> {
    let text = fs::read_to_string(format!("/proc/{process}/stat"))
        .map_err(|error| format!("processor time can be read on Linux only: {error}"))?;
    parse(&text).ok_or_else(|| format!("/proc/{process}/stat cannot be read").into())
}

/// Fields by their numbers in proc(5). The second, the name, is in brackets and may hold anything.
fn parse(text: &str) -> Option<Stat> {
    let fields: Vec<&str> = text[text.rfind(')')? + 1..].split_whitespace().collect();
    let field = |number: usize| fields.get(number - 3)?.parse::<f64>().ok();
    Some(Stat {
        parent: fields.get(1)?.parse().ok()?,
        own: (field(14)? + field(15)?) / TICKS,
        ended_children: (field(16)? + field(17)?) / TICKS,
    })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn the_fields_are_found_whatever_the_program_is_called() {
        let line = "81 (post) gres: x) S 7 81 81 0 -1 4194560 5 0 0 0 120 30 250 50 20 0 1 0 99 0";
        let stat = parse(line).unwrap();
        assert_eq!(stat.parent, 7);
        assert!((stat.own - 1.5).abs() < 1e-9);
        assert!((stat.ended_children - 3.0).abs() < 1e-9);
    }
}
