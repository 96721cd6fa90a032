//! Sets of global transaction ids (GTIDs), as MySQL and MariaDB write them.

use std::collections::BTreeMap;

/// A set of transactions: intervals of transaction numbers for each source. A source is a server and a tag on MySQL,
/// and a domain on MariaDB.
///
/// MySQL writes `uuid:1-5:9,uuid:tag:3`. MariaDB writes `domain-server-number`: only the last transaction of each
/// domain, which includes all transactions before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GtidSet {
    /// The intervals of each source, sorted, with gaps between them.
    sources: BTreeMap<String, Vec<(u64, u64)>>,
    is_mariadb: bool,
}

impl GtidSet {
    /// Parses the server's notation, in any letter case, with blanks between the parts; `None` for any other text.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut sources = BTreeMap::<String, Vec<(u64, u64)>>::new();
        let mut forms = [false; 2];
        for part in text.split(',').map(str::trim) {
            if let Some((domain, number)) = mariadb(part) {
                forms[1] = true;
                let read = (number > 0).then_some((1, number));
                sources.entry(domain).or_default().extend(read);
                continue;
            }
            forms[0] = true;
            let mut pieces = part.split(':').map(str::trim);
            let mut source = uuid(pieces.next()?)?;
            let mut intervals = Vec::new();
            for piece in pieces {
                match interval(piece) {
                    Some(interval) => intervals.push(interval),
                    // The piece is a tag. A server with a tag is a source of its own.
                    None if intervals.is_empty() && is_tag(piece) => {
                        source = format!("{source}:{}", piece.to_lowercase());
                    }
                    None => return None,
                }
            }
            if intervals.is_empty() {
                return None;
            }
            sources.entry(source).or_default().extend(intervals);
        }
        if forms == [true, true] {
            return None;
        }
        for intervals in sources.values_mut() {
            *intervals = merged(std::mem::take(intervals));
        }
        Some(Self {
            sources,
            is_mariadb: forms[1],
        })
    }

    /// Whether the set was written in MariaDB's notation.
    pub(crate) fn is_mariadb(&self) -> bool {
        self.is_mariadb
    }

    /// The number of transactions in the set.
    pub(crate) fn count(&self) -> u64 {
        let nothing = Self {
            sources: BTreeMap::new(),
            is_mariadb: self.is_mariadb,
        };
        nothing.missing(self)
    }

    /// The number of transactions in `other` that are not in this set.
    pub(crate) fn missing(&self, other: &Self) -> u64 {
        other
            .sources
            .iter()
            .map(|(source, intervals)| {
                let own = self.sources.get(source).map(Vec::as_slice);
                let own = own.unwrap_or_default();
                let total: u64 = intervals.iter().map(|(from, to)| to - from + 1).sum();
                let shared: u64 = intervals
                    .iter()
                    .flat_map(|a| own.iter().map(move |b| (a.0.max(b.0), a.1.min(b.1))))
                    .filter(|(from, to)| from <= to)
                    .map(|(from, to)| to - from + 1)
                    .sum();
                total - shared
            })
            .fold(0, u64::saturating_add)
    }

    /// The sources in `other` that this set does not contain.
    pub(crate) fn lacks<'o>(&self, other: &'o Self) -> Vec<&'o str> {
        let sources = other.sources.keys();
        sources
            .filter(|source| !self.sources.contains_key(*source))
            .map(String::as_str)
            .collect()
    }

    /// The first interval of transactions, such as `uuid:1-21`, that are in `read` but not in this set, although this
    /// set contains later transactions of the same source. A connector that starts from this set reads these
    /// transactions again.
    pub(crate) fn gap(&self, read: &Self) -> Option<String> {
        self.sources.iter().find_map(|(source, intervals)| {
            let mut next = 1;
            let mut gaps = intervals.iter().filter_map(|(from, to)| {
                let gap = (next < *from).then_some((next, from - 1));
                next = to + 1;
                gap
            });
            let read = read.sources.get(source)?;
            gaps.find_map(|gap| {
                let mut shared = read.iter().map(|i| (i.0.max(gap.0), i.1.min(gap.1)));
                let (from, to) = shared.find(|(from, to)| from <= to)?;
                Some(format!("{source}:{from}-{to}"))
            })
        })
    }
}

fn uuid(text: &str) -> Option<String> {
    let lengths = [8, 4, 4, 4, 12];
    let groups: Vec<&str> = text.split('-').collect();
    let good = groups.len() == lengths.len()
        && groups.iter().zip(lengths).all(|(group, length)| {
            group.len() == length && group.bytes().all(|b| b.is_ascii_hexdigit())
        });
    good.then(|| text.to_lowercase())
}

fn mariadb(text: &str) -> Option<(String, u64)> {
    let mut numbers = text.split('-').map(|n| n.parse::<u64>().ok());
    let (domain, _, number) = (numbers.next()??, numbers.next()??, numbers.next()??);
    let is_whole = numbers.next().is_none() && number < LIMIT;
    is_whole.then(|| (format!("domain {domain}"), number))
}

/// The limit of transaction numbers: every number that a server assigns is below it.
const LIMIT: u64 = u64::MAX / 2;

fn interval(text: &str) -> Option<(u64, u64)> {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    let (from, to) = (from.trim().parse().ok()?, to.trim().parse().ok()?);
    (1 <= from && from <= to && to < LIMIT).then_some((from, to))
}

fn is_tag(text: &str) -> bool {
    let mut letters = text.chars();
    letters
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && letters.all(|c| c.is_ascii_alphanumeric() || c == '_')
        && text.len() <= 32
}

fn merged(mut intervals: Vec<(u64, u64)>) -> Vec<(u64, u64)> {
    intervals.sort_unstable();
    let mut merged: Vec<(u64, u64)> = Vec::new();
    for (from, to) in intervals {
        match merged.last_mut() {
            Some(last) if from <= last.1 + 1 => last.1 = last.1.max(to),
            _ => merged.push((from, to)),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "01ab6d44-e987-11f1-a9fc-02fc00000001";
    const B: &str = "36c612b7-dd2b-11ee-8a6c-0242ac110003";

    fn set(text: &str) -> GtidSet {
        GtidSet::parse(&text.replace('A', A).replace('B', B)).unwrap()
    }

    #[test]
    fn sets_are_read_and_compared() {
        assert_eq!(
            set("A:1-5:6-9"),
            GtidSet::parse(&format!("{}: 1-9", A.to_uppercase())).unwrap()
        );
        assert_eq!(set("A:1-9,B:1").missing(&set("A:2-4")), 0);
        assert_eq!(set("A:1-9").missing(&set("A:5-12,B:1-2")), 5);
        assert_eq!(set("A:1-9").lacks(&set("A:1,B:1")), [B]);
        assert_eq!(set("A:22").gap(&set("A:1-30")), Some(format!("{A}:1-21")));
        assert_eq!(
            set("A:1-9:20").gap(&set("A:1-30")),
            Some(format!("{A}:10-19"))
        );
        assert_eq!(set("A:1-9").gap(&set("A:1-30")), None);
        // Transactions that the connector has never read are no gap, because the connector may have begun after them.
        assert_eq!(set("A:22-30").gap(&set("A:22-25")), None);
        assert!(set("0-1-9").is_mariadb());
        assert_eq!(set("0-1-9").missing(&set("0-2-12")), 3);
        assert_eq!(set("0-1-0").missing(&set("0-1-5")), 5);
        assert_eq!(set("0-1-5").missing(&set("0-1-0")), 0);
        assert_ne!(set("A:tag:1"), set("A:1"));
    }

    #[test]
    fn anything_else_is_no_set() {
        for text in [
            "",
            "foo",
            "a:1-9",
            &format!("{A}:"),
            &format!("{A}:5-1"),
            &format!("{A}:0"),
            A,
            "1-2",
            "0-1-2-3",
            "0-1-18446744073709551615",
        ] {
            assert!(GtidSet::parse(text).is_none(), "{text}");
        }
        assert!(GtidSet::parse(&format!("{A}:1,0-1-2")).is_none());
    }
}
