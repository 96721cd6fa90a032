//! The same for several names, at the same time.

use futures_util::{StreamExt as _, stream};

use crate::failure::{Exit, Failure};
use crate::interrupt;
use crate::ui::Ui;

/// So many at once: more would only meet the rate limit sooner.
const AT_ONCE: usize = 8;

/// What came of each name. Failures are told last, after what there is to show.
pub(crate) struct Outcome<T> {
    /// In the order of the names.
    pub(crate) found: Vec<T>,
    failures: Vec<Failure>,
}

impl<T> Outcome<T> {
    /// Reports the failures; the first one decides the exit code, unless the command was interrupted.
    pub(crate) fn told(self, ui: &Ui) -> Exit {
        let mut exit = Exit::Done;
        for failure in &self.failures {
            ui.fail(failure);
            if exit == Exit::Done || failure.exit == Exit::Interrupted {
                exit = failure.exit;
            }
        }
        exit
    }
}

/// Goes through the names; all of them are tried, until the command is interrupted.
pub(crate) async fn each<T>(
    names: &[String],
    doing: &str,
    one: impl AsyncFn(&str) -> Result<T, Failure>,
) -> Outcome<T> {
    let mut outcome = Outcome {
        found: Vec::new(),
        failures: Vec::new(),
    };
    let results = stream::iter(names).map(|name| one(name)).buffered(AT_ONCE);
    let mut results = std::pin::pin!(results);
    loop {
        let result = tokio::select! {
            biased;
            result = results.next() => result,
            () = interrupt::asked() => Some(Err(interrupt::stopped(doing))),
        };
        match result {
            None => return outcome,
            Some(Ok(found)) => outcome.found.push(found),
            Some(Err(failure)) => {
                let stop = failure.exit == Exit::Interrupted;
                outcome.failures.push(failure);
                if stop {
                    return outcome;
                }
            }
        }
    }
}
