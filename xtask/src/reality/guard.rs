//! Cleans up after a run, however the run ends. A second process in a process group of its own does the work. When the first
//! process ends, a pipe between the two closes: the second process then ends the processes that it started, and removes the
//! files that it wrote.

use std::env;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// The environment variable that is set only for the second process.
const INSIDE: &str = "XTASK_REALITY_INSIDE";

/// The processes to end, in the order in which they started, and the folders to remove.
static OPEN: Mutex<(Vec<u32>, Vec<PathBuf>)> = Mutex::new((Vec::new(), Vec::new()));

fn open<T>(act: impl FnOnce(&mut Vec<u32>, &mut Vec<PathBuf>) -> T) -> T {
    let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    let (processes, folders) = &mut *open;
    act(processes, folders)
}

/// Runs this program again, in a process group of its own, and returns its exit status. In the second process, which does the
/// work, this function returns `None` at once.
pub(super) fn supervise() -> io::Result<Option<ExitStatus>> {
    if env::var_os(INSIDE).is_some() {
        thread::spawn(|| {
            // When reading from the pipe ends, even with an error, the first process has ended.
            let _ = io::stdin().read_to_end(&mut Vec::new());
            abandon();
        });
        return Ok(None);
    }
    let mut command = Command::new(env::current_exe()?);
    command.args(env::args_os().skip(1)).env(INSIDE, "1");
    // Because of the process group, Ctrl-C reaches only the first process.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut inside = command.stdin(Stdio::piped()).spawn()?;
    // The pipe stays open until this process ends.
    let _held = inside.stdin.take();
    inside.wait().map(Some)
}

/// Ends all started processes, removes all folders, and ends this process.
fn abandon() {
    let (processes, folders) = open(|processes, folders| (processes.clone(), folders.clone()));
    for process in processes.iter().rev() {
        end(*process);
    }
    // Removing is tried for 5 s, because a process that was just ended may still write for a moment.
    for _ in 0..50 {
        if folders.iter().all(|folder| remove(folder)) {
            break;
        }
        thread::sleep(Duration::from_millis(100));
    }
    kill("KILL", &format!("-{}", std::process::id()));
    std::process::exit(130);
}

fn remove(folder: &Path) -> bool {
    fs::remove_dir_all(folder).is_ok() || !folder.exists()
}

/// Ends a process. PostgreSQL gets SIGQUIT first, on which it ends its child processes.
fn end(process: u32) {
    let process = process.to_string();
    let name = fs::read_to_string(format!("/proc/{process}/comm")).unwrap_or_default();
    if name.trim() == "postgres" {
        kill("QUIT", &process);
        thread::sleep(Duration::from_millis(500));
    }
    kill("KILL", &process);
}

fn kill(signal: &str, whom: &str) {
    let mut kill = Command::new("kill");
    kill.args([&format!("-{signal}"), "--", whom])
        .stderr(Stdio::null());
    // An error is ignored, because the process may have ended by itself.
    let _ = kill.status();
}

/// A process that is ended when the value is dropped.
pub(super) struct Process(pub(super) Child);

impl Process {
    pub(super) fn start(command: &mut Command) -> io::Result<Self> {
        let child = command.spawn()?;
        open(|processes, _| processes.push(child.id()));
        Ok(Self(child))
    }

    /// Whether the process has ended by itself.
    pub(super) fn ended(&mut self) -> bool {
        !matches!(self.0.try_wait(), Ok(None))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let id = self.0.id();
        if !self.ended() {
            end(id);
        }
        let _ = self.0.wait();
        open(|processes, _| processes.retain(|known| *known != id));
    }
}

/// A folder that is removed when the value is dropped.
pub(super) struct Folder(PathBuf);

impl Folder {
    /// Makes a new folder in the folder `place`.
    pub(super) fn within(place: &Path) -> io::Result<Self> {
        let path = tempfile::Builder::new()
            .prefix("run-")
            .tempdir_in(place)?
            .keep();
        open(|_, folders| folders.push(path.clone()));
        Ok(Self(path))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        remove(&self.0);
        open(|_, folders| folders.retain(|known| *known != self.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processes_and_folders_end_with_their_values() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::within(place.path()).unwrap();
        let path = folder.path().to_owned();
        fs::write(path.join("log"), "x").unwrap();
        let mut sleep = Command::new("sleep");
        let process = Process::start(sleep.arg("600")).unwrap();
        let id = process.0.id();
        assert!(open(
            |processes, folders| processes.contains(&id) && folders.contains(&path)
        ));
        drop((process, folder));
        assert!(!path.exists());
        let signal = Command::new("kill")
            .args(["-0", &id.to_string()])
            .stderr(Stdio::null())
            .status();
        assert!(!signal.unwrap().success());
        assert!(!open(
            |processes, folders| processes.contains(&id) || folders.contains(&path)
        ));
    }
}
