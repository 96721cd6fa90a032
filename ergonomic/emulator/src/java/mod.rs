//! JSON values as in a Java program: the classes of numbers, values as text, and the iteration order of hash maps. Kafka
//! Connect's answers depend on all three. Nothing in this folder depends on offsets.

mod hash;
mod print;
mod read;
mod text;
mod value;

pub(crate) use hash::{Ints, iteration_order};
pub(crate) use print::double;
pub(crate) use read::{decode, read};
pub(crate) use text::Text;
pub(crate) use value::{Map, Value};
