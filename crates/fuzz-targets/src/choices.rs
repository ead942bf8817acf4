//! Bytes as choices. When they are used up, every choice is the first.

/// What is left of the bytes.
pub(crate) struct Choices<'a>(&'a [u8]);

impl<'a> Choices<'a> {
    pub(crate) fn of(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else {
            return 0;
        };
        self.0 = rest;
        *first
    }

    /// A number below this one, which is at least 1.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        let number = if limit > 256 {
            usize::from(u16::from_le_bytes([self.byte(), self.byte()]))
        } else {
            usize::from(self.byte())
        };
        number % limit.max(1)
    }

    /// One of these.
    pub(crate) fn of_all<'s, T>(&mut self, all: &'s [T]) -> &'s T {
        &all[self.below(all.len())]
    }

    /// Whether something rare happens: once in so many times, and never when the bytes are used up.
    pub(crate) fn rarely(&mut self, once_in: u8) -> bool {
        self.byte() % once_in == once_in - 1
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next bytes, up to so many.
    pub(crate) fn bytes(&mut self, at_most: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(at_most.min(self.0.len()));
        self.0 = rest;
        taken
    }
}
