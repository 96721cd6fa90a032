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

/// Performs work that changes nothing. Fails when the command is interrupted before the work is done.
pub(crate) async fn unless<T>(doing: &str, work: impl Future<Output = T>) -> Result<T, Failure> {
    tokio::select! {
        biased;
        done = work => Ok(done),
        () = asked() => Err(stopped(doing)),
    }
}

/// Performs work during which another program uses the terminal, such as an editor. Ctrl-C is for that program; the other
/// signals end the work.
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

/// Completes after Ctrl-C and, on Unix, after SIGTERM or SIGHUP; immediately when one of these came earlier. From the first
/// call on, these signals no longer end the process by themselves on Unix.
pub(crate) fn asked() -> impl Future<Output = ()> {
    let mut asked = interruption().subscribe();
    // This wait cannot fail, because the sender lives as long as the process.
    async move { drop(asked.wait_for(|asked| *asked).await) }
}

/// The channel whose value is `true` when the command must end. The first call starts to listen for signals, and the
/// listening never ends, because otherwise a signal between two calls would be lost.
fn interruption() -> &'static watch::Sender<bool> {
    static ASKED: OnceLock<watch::Sender<bool>> = OnceLock::new();
    ASKED.get_or_init(|| {
        listen();
        watch::Sender::new(false)
    })
}

/// Listens for Ctrl-C, for SIGTERM, and for SIGHUP, which is sent when the connection to the terminal is lost. A signal whose
/// handler cannot be installed ends the process.
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
