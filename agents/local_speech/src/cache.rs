//! The phrases that come back, kept as audio: greetings, menus, the receptionist's fixed parts.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Clauses of one voice as 8 kHz samples, bounded by their bytes; the least recently used goes
/// first. Shared by all calls of a node and kept in memory only.
pub struct PhraseCache {
    capacity: usize,
    entries: Mutex<Entries>,
}

#[derive(Default)]
struct Entries {
    phrases: HashMap<String, Phrase>,
    /// From the time of last use to the phrase used then.
    by_use: BTreeMap<u64, String>,
    uses: u64,
    bytes: usize,
}

struct Phrase {
    audio: Arc<[i16]>,
    used: u64,
}

impl PhraseCache {
    /// `capacity` in bytes of audio; 16,000 hold a second.
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            entries: Mutex::default(),
        }
    }

    pub fn get(&self, phrase: &str) -> Option<Arc<[i16]>> {
        let mut entries = self.lock();
        let now = entries.next_use();
        let found = entries.phrases.get_mut(phrase)?;
        let before = std::mem::replace(&mut found.used, now);
        let audio = found.audio.clone();
        if let Some(name) = entries.by_use.remove(&before) {
            entries.by_use.insert(now, name);
        }
        Some(audio)
    }

    /// Keeps `audio`; a phrase that is larger than the whole cache is not kept.
    pub fn insert(&self, phrase: &str, audio: Arc<[i16]>) {
        let mut entries = self.lock();
        entries.remove(phrase);
        let size = bytes(&audio);
        if size > self.capacity {
            return;
        }
        while entries.bytes + size > self.capacity {
            let Some((_, oldest)) = entries.by_use.pop_first() else {
                break;
            };
            entries.remove(&oldest);
        }
        let used = entries.next_use();
        entries.bytes += size;
        entries.by_use.insert(used, phrase.to_owned());
        entries
            .phrases
            .insert(phrase.to_owned(), Phrase { audio, used });
    }

    fn lock(&self) -> MutexGuard<'_, Entries> {
        // A panic between two statements could at worst leave a phrase out of the order of use.
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entries {
    fn next_use(&mut self) -> u64 {
        self.uses += 1;
        self.uses
    }

    fn remove(&mut self, phrase: &str) {
        if let Some(old) = self.phrases.remove(phrase) {
            self.bytes -= bytes(&old.audio);
            self.by_use.remove(&old.used);
        }
    }
}

fn bytes(audio: &[i16]) -> usize {
    size_of_val(audio)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn audio(samples: usize) -> Arc<[i16]> {
        vec![0; samples].into()
    }

    #[test]
    fn the_least_recently_used_phrase_makes_room() {
        let cache = PhraseCache::new(40);
        cache.insert("a", audio(10));
        cache.insert("b", audio(10));
        assert!(cache.get("a").is_some());
        cache.insert("c", audio(10));
        assert!(cache.get("b").is_none());
        assert!(cache.get("a").is_some() && cache.get("c").is_some());
    }

    #[test]
    fn the_bytes_are_counted_once_per_phrase() {
        let cache = PhraseCache::new(40);
        for _ in 0..10 {
            cache.insert("a", audio(20));
        }
        assert!(cache.get("a").is_some());
        cache.insert("b", audio(21));
        assert!(cache.get("b").is_none(), "larger than the cache");
        assert!(cache.get("a").is_some());
        assert_eq!(cache.lock().bytes, 40);
    }
}
