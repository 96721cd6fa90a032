//! Being asked to stop.

use std::sync::OnceLock;

use tokio::sync::watch;

use crate::failure::{Exit, Failure};

/// The failure of being asked to stop before anything was sent.
pub(crate) fn stopped(doing: &str) -> Failure {
    Failure::new(
        Exit::Interrupted,
        "interrupted",
        format!("interrupted while {doing}. Nothing was changed"),
    )
}

/// Completes once Ctrl-C was pressed, and where there are signals also after SIGTERM; at once when that was before.
///
/// One task listens for the rest of the run: between two calls the first handler would swallow the signal.
pub(crate) async fn asked() {
    static ASKED: OnceLock<watch::Receiver<bool>> = OnceLock::new();
    let mut asked = ASKED
        .get_or_init(|| {
            let (say, asked) = watch::channel(false);
            tokio::spawn(async move {
                signal().await;
                // Its receiver lives as long as the process.
                let _ = say.send(true);
                std::future::pending::<()>().await;
            });
            asked
        })
        .clone();
    if asked.wait_for(|asked| *asked).await.is_err() {
        std::future::pending::<()>().await;
    }
}

async fn signal() {
    #[cfg(unix)]
    if let Ok(mut terminate) =
        tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
    {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        return;
    }
    // Without a handler, being asked ends the process by itself.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
