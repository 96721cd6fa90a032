//! Being asked to stop.

use crate::failure::{Exit, Failure};

/// The failure of being asked to stop before anything was sent.
pub(crate) fn stopped(doing: &str) -> Failure {
    Failure::new(
        Exit::Interrupted,
        "interrupted",
        format!("interrupted while {doing}. Nothing was changed"),
    )
}

/// Completes on Ctrl-C, and where there are signals also on SIGTERM.
pub(crate) async fn asked() {
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
