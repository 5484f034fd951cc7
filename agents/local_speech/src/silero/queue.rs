//! The windows that wait for the model, bounded, handed out in batches of different calls.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use super::stream::Window;

/// Shared by the streams of all calls and the model's thread. When it is full the oldest window
/// is dropped and counted: a late judgement is worth less than a fresh one.
#[derive(Default)]
pub(super) struct WindowQueue {
    state: Mutex<State>,
    changed: Condvar,
    dropped: AtomicU64,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Window>,
    closed: bool,
}

impl WindowQueue {
    pub(super) fn push(&self, window: Window) {
        let mut state = self.lock();
        if state.closed {
            return;
        }
        if state.waiting.len() >= CAPACITY {
            state.waiting.pop_front();
            self.count_dropped();
        }
        state.waiting.push_back(window);
        drop(state);
        self.changed.notify_one();
    }

    /// Waits for work and takes up to `most` windows, at most one of each call, oldest first.
    /// `None` once closed.
    pub(super) fn next_batch(&self, most: usize) -> Option<Vec<Window>> {
        let mut state = self.lock();
        while state.waiting.is_empty() && !state.closed {
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        if state.closed {
            return None;
        }
        let mut batch: Vec<Window> = Vec::new();
        let mut index = 0;
        while index < state.waiting.len() && batch.len() < most {
            let window = &state.waiting[index];
            if batch
                .iter()
                .any(|taken| Arc::ptr_eq(&taken.caller, &window.caller))
            {
                index += 1;
            } else {
                batch.extend(state.waiting.remove(index));
            }
        }
        Some(batch)
    }

    /// Lets the thread end; windows that wait are dropped with the queue.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    pub(super) fn count_dropped(&self) {
        self.dropped.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lock().waiting.is_empty()
    }

    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        self.lock().waiting.len()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // The queue is consistent between any two statements, so a panic elsewhere spoils nothing.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// 131 s of audio over all calls: with 1,000 calls, four windows (128 ms) of each.
const CAPACITY: usize = 4096;

#[cfg(test)]
mod tests {
    use agents::vad::VoiceActivityStream;
    use media::frame::{Frame, MediaTime, SAMPLES_PER_FRAME};
    use tokio::sync::mpsc;

    use super::{super::stream::Stream, *};

    fn push_frames(stream: &mut Stream, frames: u64) {
        for i in 0..frames {
            stream.push(&Frame {
                at: MediaTime(i * 160),
                samples: [0; SAMPLES_PER_FRAME],
            });
        }
    }

    #[test]
    fn a_batch_holds_one_window_of_each_call() {
        let queue = Arc::new(WindowQueue::default());
        let mut calls: Vec<_> = (0..3)
            .map(|_| Stream::new(queue.clone(), mpsc::channel(1).0))
            .collect();
        for call in &mut calls {
            push_frames(call, 8);
        }
        assert_eq!(queue.waiting(), 15);
        assert_eq!(queue.next_batch(32).unwrap().len(), 3);
        assert_eq!(queue.next_batch(2).unwrap().len(), 2);
    }

    #[test]
    fn a_full_queue_drops_its_oldest_window_and_counts_it() {
        let queue = Arc::new(WindowQueue::default());
        let mut call = Stream::new(queue.clone(), mpsc::channel(1).0);
        push_frames(&mut call, 8 * 1000);
        assert_eq!(queue.waiting(), CAPACITY);
        assert_eq!(queue.dropped(), 5_000 - CAPACITY as u64);
    }

    #[test]
    fn a_closed_queue_ends_its_reader() {
        let queue = WindowQueue::default();
        queue.close();
        assert!(queue.next_batch(1).is_none());
    }
}
