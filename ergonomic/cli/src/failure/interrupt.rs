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

/// Completes after Ctrl-C and, on Unix, after SIGTERM or SIGHUP; at once when one of them came earlier. On Unix they do
/// not end the process by themselves from the call on.
pub(crate) fn asked() -> impl Future<Output = ()> {
    let mut asked = interruption().subscribe();
    // The sender lives as long as the process.
    async move { drop(asked.wait_for(|asked| *asked).await) }
}

/// Whether the command is to end. The first call listens for the rest of the run; otherwise a signal between two calls
/// would be lost.
fn interruption() -> &'static watch::Sender<bool> {
    static ASKED: OnceLock<watch::Sender<bool>> = OnceLock::new();
    ASKED.get_or_init(|| {
        listen();
        watch::Sender::new(false)
    })
}

/// Listens for Ctrl-C, for SIGTERM, and for SIGHUP, which a lost connection sends. Without a handler, the signal ends the
/// process.
#[cfg(unix)]
fn listen() {
    use tokio::signal::unix::{SignalKind, signal};

    for (kind, number) in [
        (SignalKind::interrupt(), 2),
        (SignalKind::terminate(), 15),
        (SignalKind::hangup(), 1),
    ] {
        let Ok(mut signals) = signal(kind) else {
            continue;
        };
        tokio::spawn(async move {
            while signals.recv().await.is_some() {
                failure::interrupted_by(number);
                interruption().send_replace(true);
            }
        });
    }
}

#[cfg(not(unix))]
fn listen() {
    tokio::spawn(async {
        while tokio::signal::ctrl_c().await.is_ok() {
            interruption().send_replace(true);
        }
    });
}
