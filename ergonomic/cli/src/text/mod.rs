//! Values as people write and read them: words, durations, times, partitions and positions.
//!
//! This module does not depend on the options, the screen or the service.

pub(crate) mod decoded;
pub(crate) mod duration;
pub(crate) mod partition;
pub(crate) mod time;
pub(crate) mod words;
