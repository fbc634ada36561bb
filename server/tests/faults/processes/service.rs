//! A script that starts a throw-away service: it says on its first line where the service is, and lives as long as its standard
//! input is open. So nothing is left behind, whatever this process dies of.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

/// A running service.
pub struct Service {
    script: Child,
    stdin: Option<ChildStdin>,
    said: Arc<(Mutex<Vec<String>>, Condvar)>,
    /// Its first line.
    pub address: String,
}

impl Service {
    /// Starts a script of the folder `scripts`, and returns when the service is there.
    pub fn start(name: &str, arguments: &[&str]) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../scripts")
            .join(name);
        let mut command = Command::new(script);
        command.args(arguments);
        Self::run(command)
    }

    /// Starts any command that behaves like one of those scripts.
    pub fn run(mut command: Command) -> Self {
        let mut script = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let said = Arc::<(Mutex<Vec<String>>, Condvar)>::default();
        let stderr = BufReader::new(script.stderr.take().unwrap());
        let listening = said.clone();
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                eprintln!("{line}");
                listening.0.lock().unwrap().push(line);
                listening.1.notify_all();
            }
        });
        let mut address = String::new();
        BufReader::new(script.stdout.take().unwrap())
            .read_line(&mut address)
            .unwrap();
        assert!(
            !address.is_empty(),
            "{command:?} did not start; above is what it says, and `make setup` installs what is missing"
        );
        Self {
            stdin: script.stdin.take(),
            script,
            said,
            address: address.trim().to_owned(),
        }
    }

    /// Sends a signal, and waits until the script says that it has done what the signal asks for.
    pub fn tell(&self, signal: &str, answer: &str, limit: Duration) {
        let (lines, news) = &*self.said;
        let before = lines.lock().unwrap().len();
        super::replica::signal(self.script.id(), signal);
        let (lines, waited) = news
            .wait_timeout_while(lines.lock().unwrap(), limit, |lines| {
                !lines[before..].iter().any(|line| line.contains(answer))
            })
            .unwrap();
        assert!(
            !waited.timed_out(),
            "no {answer:?} after {signal}: {lines:?}"
        );
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        drop(self.stdin.take());
        // It tidies up, which is worth waiting for: the next test may need the place.
        drop(self.script.wait());
    }
}
