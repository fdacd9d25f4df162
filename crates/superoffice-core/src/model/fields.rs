//! A set of field indices. Takes any index; one word holds the first 64 without an allocation, which is all that most models have.

/// A set of field indices.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct FieldSet {
    first: u64,
    rest: Vec<u64>,
}

impl FieldSet {
    /// Adds an index; false when it was there before.
    #[inline]
    pub(crate) fn insert(&mut self, field: usize) -> bool {
        let bit = 1 << (field % 64);
        let word = if field < 64 {
            &mut self.first
        } else {
            self.word(field / 64 - 1)
        };
        let fresh = *word & bit == 0;
        *word |= bit;
        fresh
    }

    /// Takes an index out.
    pub(crate) fn remove(&mut self, field: usize) {
        let bit = 1 << (field % 64);
        if field < 64 {
            self.first &= !bit;
        } else if let Some(word) = self.rest.get_mut(field / 64 - 1) {
            *word &= !bit;
        }
    }

    /// Whether the index is in the set.
    #[inline]
    pub(crate) fn contains(&self, field: usize) -> bool {
        let word = if field < 64 {
            Some(&self.first)
        } else {
            self.rest.get(field / 64 - 1)
        };
        word.is_some_and(|word| word & (1 << (field % 64)) != 0)
    }

    #[cold]
    fn word(&mut self, at: usize) -> &mut u64 {
        if self.rest.len() <= at {
            self.rest.resize(at + 1, 0);
        }
        // In range: the lines above made room for it.
        &mut self.rest[at]
    }
}

#[cfg(test)]
mod tests {
    use super::FieldSet;

    #[test]
    fn holds_what_was_inserted_and_nothing_else() {
        let members = [0, 1, 63, 64, 127, 128, 500];
        let mut set = FieldSet::default();
        for field in members {
            assert!(set.insert(field), "{field} is new");
            assert!(!set.insert(field), "{field} is there");
        }
        for field in 0..600 {
            assert_eq!(set.contains(field), members.contains(&field), "{field}");
        }
        set.remove(64);
        set.remove(10_000);
        assert!(!set.contains(64) && set.contains(63));
    }
}
