//! Interruption by Ctrl-C and by signals.

use std::future::Future;
use std::pin::pin;
use std::sync::OnceLock;

use tokio::sync::watch;

use crate::failure::{self, Exit, Failure};

/// The failure when the command is interrupted before anything was sent.
pub(crate) fn stopped(doing: &str) -> Failure {
    Failure::new(
        Exit::Interrupted,
        "interrupted",
        format!("interrupted while {doing}"),
    )
}

/// Does work that changes nothing, unless the command is interrupted meanwhile.
pub(crate) async fn unless<T>(doing: &str, work: impl Future<Output = T>) -> Result<T, Failure> {
    tokio::select! {
        biased;
        done = work => Ok(done),
        () = asked() => Err(stopped(doing)),
    }
}

/// Does work during which Ctrl-C belongs to another program at the terminal; the other signals end it.
pub(crate) async fn while_lent<T>(
    doing: &str,
    work: impl Future<Output = T>,
) -> Result<T, Failure> {
    let mut work = pin!(work);
    loop {
        let done = unless(doing, work.as_mut()).await;
        if done.is_ok() || Exit::Interrupted.code() != 130 {
            return done;
        }
        interruption().send_replace(false);
    }
}

/// Completes after Ctrl-C and, on Unix, after SIGTERM or SIGHUP; at once when one of them came earlier.
pub(crate) async fn asked() {
    // The sender lives as long as the process.
    drop(interruption().subscribe().wait_for(|asked| *asked).await);
}

/// Whether the command is to end. One task listens for the rest of the run; otherwise a signal between two calls would be
/// lost.
fn interruption() -> &'static watch::Sender<bool> {
    static ASKED: OnceLock<watch::Sender<bool>> = OnceLock::new();
    ASKED.get_or_init(|| {
        tokio::spawn(async {
            loop {
                signal().await;
                interruption().send_replace(true);
            }
        });
        watch::Sender::new(false)
    })
}

/// Completes on Ctrl-C and, on Unix, on SIGTERM or on SIGHUP, which a lost connection sends.
#[cfg(unix)]
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};

    let [terminate, hang_up] = [SignalKind::terminate(), SignalKind::hangup()].map(signal);
    let (Ok(mut terminate), Ok(mut hang_up)) = (terminate, hang_up) else {
        return ctrl_c().await;
    };
    let number = tokio::select! {
        () = ctrl_c() => 2,
        _ = terminate.recv() => 15,
        _ = hang_up.recv() => 1,
    };
    failure::interrupted_by(number);
}

#[cfg(not(unix))]
async fn signal() {
    ctrl_c().await;
}

async fn ctrl_c() {
    // Without a handler, the signal ends the process.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
