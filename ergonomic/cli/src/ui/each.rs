//! Runs a command for several names at the same time.

use futures_util::{StreamExt as _, stream};

use crate::failure::interrupt;
use crate::failure::{Exit, Failure};
use crate::ui::Ui;

/// The largest number of names that are worked on at the same time. A larger number would only reach the service's rate
/// limit sooner.
const AT_ONCE: usize = 8;

/// The results for all names. Failures are reported last, after the data.
pub(crate) struct Outcome<T> {
    /// The data, in the order of the names.
    pub(crate) found: Vec<T>,
    pub(crate) failures: Vec<Failure>,
}

impl<T> Outcome<T> {
    /// Reports the failures after the data was `printed`. The exit code is that of the first failure, or of the interruption if
    /// the command was interrupted. A failure to print decides the exit code only if nothing else failed.
    pub(crate) fn told(self, ui: &Ui, printed: Result<(), Failure>) -> Result<Exit, Failure> {
        let mut exit = Exit::Done;
        for failure in &self.failures {
            ui.fail(failure);
            if exit == Exit::Done || failure.exit == Exit::Interrupted {
                exit = failure.exit;
            }
        }
        match printed {
            Err(unprinted) if exit == Exit::Done => Err(unprinted),
            printed => {
                printed.unwrap_or_else(|unprinted| ui.fail(&unprinted));
                Ok(exit)
            }
        }
    }
}

/// The result for one name.
#[derive(Debug)]
pub(crate) struct Told<T> {
    pub(crate) found: Option<T>,
    pub(crate) failure: Option<Failure>,
}

impl<T> From<Result<T, Failure>> for Told<T> {
    fn from(result: Result<T, Failure>) -> Self {
        let (found, failure) = match result {
            Ok(found) => (Some(found), None),
            Err(failure) => (None, Some(failure)),
        };
        Self { found, failure }
    }
}

/// Runs `one` for every name, until the command is interrupted. `doing` names the work in the message about the interruption.
pub(crate) async fn each<T, R: Into<Told<T>>>(
    names: &[String],
    doing: &str,
    one: impl AsyncFn(&str) -> R,
) -> Outcome<T> {
    let mut outcome = Outcome {
        found: Vec::new(),
        failures: Vec::new(),
    };
    let results = stream::iter(names).map(|name| one(name)).buffered(AT_ONCE);
    let mut results = std::pin::pin!(results);
    loop {
        let told = tokio::select! {
            biased;
            told = results.next() => told.map(Into::into),
            () = interrupt::asked() => Some(Err(interrupt::stopped(doing)).into()),
        };
        let Some(Told { found, failure }) = told else {
            return outcome;
        };
        outcome.found.extend(found);
        if let Some(failure) = failure {
            let stop = failure.exit == Exit::Interrupted;
            outcome.failures.push(failure);
            if stop {
                return outcome;
            }
        }
    }
}
