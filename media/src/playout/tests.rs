//! The playout under virtual time.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::mulaw;

const U1: UtteranceId = UtteranceId(1);
const U2: UtteranceId = UtteranceId(2);

#[expect(
    clippy::disallowed_methods,
    reason = "an origin for virtual time; nothing reads it again"
)]
fn origin() -> Instant {
    Instant::now()
}

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// Speech in which each stretch is recognisable, as it sounds through mu-law.
fn speech(from: usize, len: usize) -> Vec<i16> {
    (from..from + len)
        .map(|n| mulaw::decode((n % 253) as u8))
        .collect()
}

/// A carrier at the far end of the line, and a recorder on ours.
struct Rig {
    playout: Playout,
    began: Instant,
    now: Instant,
    lead: Duration,
    /// When all that was sent has been played.
    carrier_until: Instant,
    frames: Vec<(Instant, UtteranceId)>,
    /// Sent and not echoed.
    marks: Vec<MarkName>,
    old_marks: Vec<MarkName>,
    played: BTreeMap<UtteranceId, Vec<i16>>,
    played_until: MediaTime,
}

impl Rig {
    fn new(config: PlayoutConfig) -> Self {
        let began = origin();
        Self {
            playout: Playout::new(config, began),
            began,
            now: began,
            lead: config.lead,
            carrier_until: began,
            frames: Vec::new(),
            marks: Vec::new(),
            old_marks: Vec::new(),
            played: BTreeMap::new(),
            played_until: MediaTime::ZERO,
        }
    }

    fn poll(&mut self) {
        while let Some(step) = self.playout.poll(self.now) {
            match step {
                PlayoutStep::Media { utterance, .. } => {
                    self.carrier_until = self.carrier_until.max(self.now) + ms(20);
                    assert!(self.carrier_until - self.now <= self.lead, "too far ahead");
                    self.frames.push((self.now, utterance));
                }
                PlayoutStep::Mark { name } => {
                    assert!(self.marks.last().is_none_or(|last| *last < name));
                    assert!(!self.old_marks.contains(&name));
                    self.marks.push(name);
                }
            }
        }
    }

    fn record(&mut self) {
        while let Some(frame) = self.playout.poll_played(self.now) {
            let len = frame.samples().len();
            assert!((1..=160).contains(&len));
            assert!(frame.at >= self.played_until, "overlap");
            self.played_until = frame.at.plus_samples(len as u64);
            assert!(self.played_until <= MediaTime::from_duration(self.now - self.began));
            self.played
                .entry(frame.utterance)
                .or_default()
                .extend(frame.samples());
        }
    }

    /// Moves on to each deadline and polls there, until nothing is due before `until`.
    fn run_until(&mut self, until: Instant) {
        self.poll();
        while let Some(deadline) = self.playout.poll_timeout().filter(|&at| at <= until) {
            self.now = self.now.max(deadline);
            self.poll();
        }
        self.now = self.now.max(until);
        self.record();
    }

    fn run_for(&mut self, duration: Duration) {
        self.run_until(self.now + duration);
    }

    fn echo(&mut self, index: usize) {
        if index < self.marks.len() {
            let name = self.marks.remove(index);
            self.playout.handle_mark(&name.to_string());
            self.old_marks.push(name);
        }
    }

    fn clear(&mut self) -> Vec<CutUtterance> {
        self.carrier_until = self.now;
        self.old_marks.append(&mut self.marks);
        self.playout.clear(self.now)
    }

    fn heard(&self, utterance: UtteranceId) -> u64 {
        self.playout.heard_samples(utterance, self.now)
    }
}

#[test]
fn the_lead_goes_out_at_once_and_then_a_frame_each_20_ms() {
    let mut rig = Rig::new(PlayoutConfig::default());
    rig.now += ms(1_000);
    let start = rig.now;
    rig.playout.push(U1, &speech(0, 100 * 160));
    rig.playout.end(U1);
    // The caller's messages wake us each 20 ms; nothing goes out before it is due.
    for _ in 0..150 {
        rig.run_for(ms(20));
    }
    let sent: Vec<u64> = rig
        .frames
        .iter()
        .map(|(at, _)| (*at - start).as_millis() as u64)
        .collect();
    let due = |n: u64| (20 * (n + 1)).saturating_sub(200);
    assert_eq!(sent, (0..100).map(due).collect::<Vec<_>>());
    assert_eq!(rig.played[&U1], speech(0, 100 * 160));
    assert_eq!(rig.playout.stats().underruns, 0);
}

#[test]
fn late_polls_catch_up_and_never_drift() {
    let mut rig = Rig::new(PlayoutConfig::default());
    rig.playout.push(U1, &speech(0, 500 * 160));
    for n in 1..=60 {
        rig.poll();
        // Between two polls lie up to 187 ms, less than the lead.
        rig.now = rig.began + ms(n * 150) + ms((n * 37) % 40);
    }
    rig.poll();
    let elapsed = (rig.now - rig.began).as_millis() as usize;
    assert_eq!(rig.frames.len(), (elapsed + 200) / 20);
    assert_eq!(rig.playout.stats().underruns, 0);
}

#[test]
fn a_starved_line_begins_anew_and_counts_it() {
    let mut rig = Rig::new(PlayoutConfig::default());
    rig.playout.push(U1, &speech(0, 320));
    rig.run_for(ms(100));
    assert_eq!(rig.playout.poll_timeout(), None);
    rig.playout.push(U1, &speech(320, 320));
    rig.playout.end(U1);
    rig.run_for(ms(39));
    assert_eq!(rig.heard(U1), 320 + 39 * 8);
    rig.run_for(ms(1));
    assert_eq!(rig.playout.stats().underruns, 1);
    assert_eq!(rig.played[&U1], speech(0, 640));
    // A new utterance after a silence is no underrun.
    rig.run_for(ms(500));
    rig.playout.push(U2, &speech(0, 160));
    rig.poll();
    assert_eq!(rig.playout.stats().underruns, 1);
}

#[test]
fn the_last_piece_is_padded_and_a_mark_follows() {
    let mut rig = Rig::new(PlayoutConfig::default());
    let samples = speech(0, 250);
    rig.playout.push(U1, &samples);
    let first = rig.playout.poll(rig.now);
    assert!(matches!(first, Some(PlayoutStep::Media { .. })));
    assert_eq!(rig.playout.poll(rig.now), None);
    assert!(!rig.playout.is_idle(rig.now + ms(20)));
    rig.playout.end(U1);
    let Some(PlayoutStep::Media {
        payload,
        utterance: U1,
    }) = rig.playout.poll(rig.now)
    else {
        panic!("the last piece is due")
    };
    assert_eq!(payload.map(mulaw::decode)[..90], samples[160..]);
    assert_eq!(payload[90..], [mulaw::SILENCE; 70]);
    assert!(matches!(
        rig.playout.poll(rig.now),
        Some(PlayoutStep::Mark { .. })
    ));
    assert_eq!(rig.playout.poll(rig.now), None);
    assert_eq!(rig.playout.heard_samples(U1, rig.now + ms(500)), 250);
    assert!(!rig.playout.is_idle(rig.now + ms(39)));
    assert!(rig.playout.is_idle(rig.now + ms(40)));
    assert_eq!(rig.playout.sent_until(), rig.now + ms(40));
}

#[test]
fn marks_stand_each_200_ms_and_at_the_end_and_confirm() {
    let mut rig = Rig::new(PlayoutConfig::default());
    rig.playout.push(U1, &speech(0, 25 * 160));
    rig.playout.end(U1);
    rig.run_for(ms(1_000));
    assert_eq!(rig.marks.len(), 3);
    assert_eq!(rig.playout.confirmed_samples(U1), 0);
    let names: Vec<String> = rig.marks.iter().map(ToString::to_string).collect();
    rig.playout.handle_mark(&names[0]);
    assert_eq!(rig.playout.confirmed_samples(U1), 1_600);
    // The second echo is lost; the third makes it good, and the second coming late is nothing.
    rig.playout.handle_mark(&names[2]);
    assert_eq!(rig.playout.confirmed_samples(U1), 4_000);
    assert!(rig.playout.all_heard());
    for name in [&names[1], &names[0], "nobody", ""] {
        rig.playout.handle_mark(name);
    }
    assert_eq!(rig.playout.confirmed_samples(U1), 4_000);
    let stats = rig.playout.stats();
    assert_eq!(
        (stats.marks_sent, stats.marks_echoed, stats.marks_unknown),
        (3, 3, 4)
    );
}

#[test]
fn a_clear_cuts_within_the_frame_and_nothing_of_it_comes_after() {
    let mut rig = Rig::new(PlayoutConfig::default());
    rig.playout.push(U1, &speech(0, 16_000));
    rig.run_for(ms(333));
    let cut = rig.clear();
    let heard = 333 * 8;
    let expected = CutUtterance {
        utterance: U1,
        heard_samples: heard,
        pushed_samples: 16_000,
    };
    assert_eq!(cut, [expected]);
    rig.record();
    assert_eq!(rig.played[&U1], speech(0, heard as usize));
    let sent = rig.frames.len();
    rig.playout.push(U1, &speech(16_000, 1_600));
    rig.playout.end(U1);
    // Twilio sends back the marks it dropped: not heard.
    for name in rig.old_marks.clone() {
        rig.playout.handle_mark(&name.to_string());
    }
    rig.run_for(ms(5_000));
    assert_eq!(rig.frames.len(), sent);
    assert_eq!(rig.heard(U1), heard);
    assert_eq!(rig.playout.confirmed_samples(U1), 0);
    assert!(rig.playout.all_heard() && rig.playout.is_idle(rig.now));
    assert_eq!(rig.playout.stats().refused_samples, 1_600);
    assert_eq!(rig.clear(), []);
}

#[test]
fn after_a_clear_new_speech_begins_at_once() {
    let mut rig = Rig::new(PlayoutConfig::default());
    rig.playout.push(U1, &speech(0, 16_000));
    rig.run_for(ms(100));
    rig.clear();
    rig.playout.push(U2, &speech(0, 160));
    rig.playout.end(U2);
    rig.run_for(ms(20));
    assert_eq!((rig.heard(U1), rig.heard(U2)), (800, 160));
    assert_eq!(rig.played_until, MediaTime::from_ms(120));
}

#[test]
fn only_what_was_not_heard_is_cut() {
    let mut rig = Rig::new(PlayoutConfig::default());
    for (utterance, len) in [(U1, 800), (U2, 800), (UtteranceId(3), 800)] {
        rig.playout.push(utterance, &speech(0, len));
        rig.playout.end(utterance);
    }
    rig.run_for(ms(150));
    let cut: Vec<_> = rig
        .clear()
        .iter()
        .map(|cut| (cut.utterance.0, cut.heard_samples))
        .collect();
    assert_eq!(cut, [(2, 400), (3, 0)]);
}

#[test]
fn an_utterance_without_sound_needs_no_mark() {
    let mut rig = Rig::new(PlayoutConfig::default());
    rig.playout.end(U1);
    rig.playout.push(U2, &[]);
    rig.playout.end(U2);
    assert_eq!(rig.playout.poll_timeout(), None);
    assert_eq!(rig.playout.poll(rig.now), None);
    assert!(rig.playout.all_heard() && rig.playout.is_idle(rig.now));
}

#[test]
fn a_lead_out_of_bounds_is_brought_within() {
    for (asked, sent) in [(0, 2), (10_000, 15)] {
        let config = PlayoutConfig {
            lead: ms(asked),
            mark_every: Duration::ZERO,
        };
        let mut rig = Rig::new(config);
        rig.lead = ms(300);
        rig.playout.push(U1, &speech(0, 16_000));
        rig.poll();
        assert_eq!((rig.frames.len(), rig.marks.len()), (sent, sent));
    }
}

#[test]
fn the_queue_is_bounded_and_says_what_it_refused() {
    let mut rig = Rig::new(PlayoutConfig::default());
    let minute = vec![0; 60 * 8_000];
    for _ in 0..11 {
        rig.playout.push(U1, &minute);
    }
    assert_eq!(rig.playout.queued_samples(), 600 * 8_000);
    assert_eq!(rig.playout.stats().refused_samples, 60 * 8_000);
}

#[derive(Debug, Clone)]
enum Op {
    Push(usize),
    /// To an utterance that an earlier one may have been.
    PushStale(u64, usize),
    End,
    Next,
    Wait(u64),
    EchoFirst,
    EchoLast,
    EchoOld(usize),
    Clear,
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        4 => (0usize..4_000).prop_map(Op::Push),
        1 => (0u64..4, 0usize..500).prop_map(|(back, len)| Op::PushStale(back, len)),
        2 => Just(Op::End),
        1 => Just(Op::Next),
        6 => (0u64..400).prop_map(Op::Wait),
        2 => Just(Op::EchoFirst),
        1 => Just(Op::EchoLast),
        1 => (0usize..8).prop_map(Op::EchoOld),
        1 => Just(Op::Clear),
    ]
}

/// What a run of operations should come to.
#[derive(Default)]
struct Model {
    current: u64,
    closed: bool,
    pushed: BTreeMap<u64, Vec<i16>>,
    cut: BTreeMap<u64, u64>,
    heard: BTreeMap<u64, u64>,
}

impl Model {
    fn apply(&mut self, rig: &mut Rig, op: &Op) {
        match *op {
            Op::Push(len) => {
                let pushed = self.pushed.entry(self.current).or_default();
                let samples = speech(pushed.len(), len);
                rig.playout.push(UtteranceId(self.current), &samples);
                if !self.closed {
                    pushed.extend(samples);
                }
            }
            Op::PushStale(back, len) => {
                if let Some(stale) = self.current.checked_sub(back + 1) {
                    rig.playout.push(UtteranceId(stale), &vec![1; len]);
                    rig.playout.end(UtteranceId(stale));
                }
            }
            Op::End => {
                rig.playout.end(UtteranceId(self.current));
                self.closed = true;
            }
            Op::Next => {
                rig.playout.push(UtteranceId(self.current + 1), &[]);
                self.current += 1;
                self.closed = false;
            }
            Op::Wait(wait) => rig.run_for(ms(wait)),
            Op::EchoFirst => rig.echo(0),
            Op::EchoLast => rig.echo(rig.marks.len().saturating_sub(1)),
            Op::EchoOld(n) => {
                if let Some(name) = rig.old_marks.get(n) {
                    rig.playout.handle_mark(&name.to_string());
                }
            }
            Op::Clear => {
                // What was not begun yet is not cut either.
                self.closed |= rig.playout.ledger.get(UtteranceId(self.current)).is_some();
                for cut in rig.clear() {
                    let pushed = self.pushed.entry(cut.utterance.0).or_default();
                    assert_eq!(cut.pushed_samples, pushed.len() as u64);
                    assert!(
                        self.cut
                            .insert(cut.utterance.0, cut.heard_samples)
                            .is_none()
                    );
                }
            }
        }
    }

    fn check(&mut self, rig: &Rig) {
        for (&utterance, pushed) in &self.pushed {
            let heard = rig.heard(UtteranceId(utterance));
            let before = self.heard.insert(utterance, heard).unwrap_or(0);
            assert!(heard >= before, "heard went back from {before} to {heard}");
            assert!(heard <= pushed.len() as u64);
            assert!(rig.playout.confirmed_samples(UtteranceId(utterance)) <= heard);
            if let Some(&cut) = self.cut.get(&utterance) {
                assert_eq!(heard, cut, "a cut is final");
            }
        }
        let stats = rig.playout.stats();
        let outstanding = rig.playout.marks.outstanding() as u64;
        assert_eq!(
            stats.marks_sent,
            stats.marks_echoed + stats.marks_cleared + outstanding
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn whatever_happens_what_was_heard_is_a_true_prefix(
        ops in prop::collection::vec(op(), 1..60),
        lead in 40u64..=300,
        mark_every in 20u64..500,
    ) {
        let mut rig = Rig::new(PlayoutConfig { lead: ms(lead), mark_every: ms(mark_every) });
        let mut model = Model::default();
        for op in &ops {
            let before = rig.frames.len();
            model.apply(&mut rig, op);
            rig.poll();
            for (_, utterance) in &rig.frames[before..] {
                prop_assert!(!model.cut.contains_key(&utterance.0), "cut speech was sent");
            }
            model.check(&rig);
        }
        rig.playout.end(UtteranceId(model.current));
        let all: usize = model.pushed.values().map(Vec::len).sum();
        rig.run_for(ms(all as u64 / 8 + 20 * ops.len() as u64 + 1_000));
        model.check(&rig);
        prop_assert!(rig.playout.is_idle(rig.now));
        prop_assert_eq!(rig.playout.poll_timeout(), None);
        while !rig.marks.is_empty() {
            rig.echo(0);
        }
        prop_assert!(rig.playout.all_heard());
        for (&utterance, pushed) in &model.pushed {
            let expected = model.cut.get(&utterance).map_or(pushed.len(), |&heard| heard as usize);
            prop_assert_eq!(rig.heard(UtteranceId(utterance)), expected as u64);
            let played = rig.played.remove(&UtteranceId(utterance)).unwrap_or_default();
            prop_assert_eq!(&played[..], &pushed[..expected], "utterance {}", utterance);
        }
        prop_assert!(rig.played.is_empty());
    }
}
