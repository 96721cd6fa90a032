//! Questions at a terminal.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, IsTerminal as _, Write as _};

use anstream::AutoStream;

use super::{STRONG, Ui};

impl Ui {
    /// Whether a question can be asked: standard error is a terminal, and the process has a terminal for the reply. Standard
    /// input may be a pipe.
    pub(crate) fn can_ask(&self) -> bool {
        io::stderr().is_terminal() && answers().is_some()
    }

    /// Asks a question. Only the replies `y` and `yes` give `true`. On Unix, text that was typed before the question is discarded.
    pub(crate) async fn ask(&self, question: &str) -> io::Result<bool> {
        let answers = answers().ok_or_else(|| io::Error::other("there is no terminal"))?;
        #[cfg(unix)]
        rustix::termios::tcflush(&answers, rustix::termios::QueueSelector::IFlush)?;
        {
            let mut stderr = AutoStream::new(io::stderr(), self.color).lock();
            write!(stderr, "{STRONG}{question}{STRONG:#} [y/N] ")?;
            stderr.flush()?;
        }
        let read = move || {
            let mut answer = String::new();
            BufReader::new(answers).read_line(&mut answer)?;
            Ok(answer)
        };
        let answer = aside(read).await?;
        Ok(["y", "yes"].contains(&answer.trim().to_ascii_lowercase().as_str()))
    }
}

/// Performs work on a thread of its own, because the work cannot be cancelled and must not keep the process from ending.
pub(crate) async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    // `send` fails only after an interruption. The result is then not needed any more.
    std::thread::spawn(move || drop(sender.send(work())));
    receiver.await.map_err(io::Error::other)?
}

/// The file from which a reply is read: standard input, or the terminal of the process when standard input is a pipe.
fn answers() -> Option<File> {
    #[cfg(unix)]
    if io::stdin().is_terminal() {
        let input = std::os::fd::AsFd::as_fd(&io::stdin()).try_clone_to_owned();
        return Some(File::from(input.ok()?));
    }
    File::open(if cfg!(windows) { "CONIN$" } else { "/dev/tty" }).ok()
}
