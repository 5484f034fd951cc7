//! What was pushed, sent and confirmed of each utterance. A few words per utterance are kept for
//! the whole call, so that a transcript can ask at its end.

use super::{CutUtterance, UtteranceId};

#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// By growing id.
    entries: Vec<Entry>,
}

/// Counts are samples.
#[derive(Debug)]
pub(super) struct Entry {
    utterance: UtteranceId,
    pub(super) pushed: u64,
    /// Sent and not cut.
    pub(super) sent: u64,
    /// Vouched for by an echoed mark.
    pub(super) confirmed: u64,
    /// Takes no more audio.
    closed: bool,
    was_cut: bool,
}

impl Ledger {
    /// The entry to add audio to, made if the utterance is new; `None` when it takes no more.
    pub(super) fn admit(&mut self, utterance: UtteranceId) -> Option<&mut Entry> {
        let newest = self.entries.last_mut();
        let is_new = newest
            .as_ref()
            .is_none_or(|newest| newest.utterance < utterance);
        if is_new {
            if let Some(newest) = newest {
                newest.closed = true;
            }
            self.entries.push(Entry::new(utterance));
        }
        self.entries
            .last_mut()
            .filter(|entry| entry.utterance == utterance && !entry.closed)
    }

    /// No more audio for this utterance, even if none has come.
    pub(super) fn close(&mut self, utterance: UtteranceId) {
        if let Some(entry) = self.admit(utterance) {
            entry.closed = true;
        }
    }

    pub(super) fn get(&self, utterance: UtteranceId) -> Option<&Entry> {
        let index = self
            .entries
            .binary_search_by_key(&utterance, |entry| entry.utterance)
            .ok()?;
        self.entries.get(index)
    }

    pub(super) fn get_mut(&mut self, utterance: UtteranceId) -> Option<&mut Entry> {
        let index = self
            .entries
            .binary_search_by_key(&utterance, |entry| entry.utterance)
            .ok()?;
        self.entries.get_mut(index)
    }

    /// Closes everything; tells which utterances lost audio or were still to get some. What was
    /// sent must have been brought down to what was heard.
    pub(super) fn cut(&mut self) -> Vec<CutUtterance> {
        let mut cut: Vec<_> = self
            .entries
            .iter_mut()
            .rev()
            .take_while(|entry| !entry.was_cut)
            .filter(|entry| !entry.closed || entry.sent < entry.pushed)
            .map(|entry| CutUtterance {
                utterance: entry.utterance,
                heard_samples: entry.sent,
                pushed_samples: entry.pushed,
            })
            .collect();
        cut.reverse();
        // The newest is the one that every later clear stops at, cut or wholly heard.
        if let Some(newest) = self.entries.last_mut() {
            newest.closed = true;
            newest.was_cut = true;
        }
        cut
    }
}

impl Entry {
    const fn new(utterance: UtteranceId) -> Self {
        Self {
            utterance,
            pushed: 0,
            sent: 0,
            confirmed: 0,
            closed: false,
            was_cut: false,
        }
    }
}
