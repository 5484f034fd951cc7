//! One say of the agent: the clauses it is made of and the three truths about each, *generated*,
//! *sent* and *heard*.

use media::{
    frame::MediaTime,
    playout::{PlayedFrame, UtteranceId},
};
use tenant_config::pronunciation::Respelling;

use crate::{
    agent::clauses::ClauseSplitter,
    conversation::{CallControl, Expecting},
    io::{AskId, ClauseId},
    record::{EndReason, Latency, NextAction, WordTime},
};

/// A clause and how much audio it became.
#[derive(Debug, Clone)]
pub struct Clause {
    pub id: ClauseId,
    pub text: String,
    /// Where the voice is given something else.
    pub respelling: Respelling,
    /// Samples at 8 kHz received so far.
    pub samples: u64,
    /// When its first sample reached the ear.
    pub heard_from: Option<MediaTime>,
    pub progress: ClauseProgress,
    /// The entry of the conversation that this clause belongs to.
    pub message: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClauseProgress {
    /// Not given to the synthesizer yet.
    Waiting,
    Speaking,
    Finished,
}

/// How far a response has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResponseStage {
    /// More text may come.
    Wording,
    /// The text is complete, the audio is not.
    Voicing,
    /// No more audio will come; the last mark is awaited.
    Voiced,
}

/// What the agent is saying, from the question to the chat model to the last mark.
#[derive(Debug)]
pub struct Response {
    pub utterance: UtteranceId,
    /// The question it answers; `None` for what the machine says on its own account.
    pub ask: Option<AskId>,
    pub splitter: ClauseSplitter,
    pub clauses: Vec<Clause>,
    pub stage: ResponseStage,
    /// A tool has answered and the model has not been told yet.
    pub wants_follow_up: bool,
    pub interruptible: bool,
    pub expecting: Expecting,
    /// What a tool wants done with the call once this is heard.
    pub control: Option<CallControl>,
    /// How the call ends once this is heard.
    pub closing: Option<(EndReason, NextAction)>,
    pub latency: Latency,
    pub tokens_in: u32,
    pub tokens_out: u32,
    /// Where its first and last heard samples lie.
    pub heard_from: Option<MediaTime>,
    pub heard_until: MediaTime,
    /// Samples that reached the ear.
    heard_samples: u64,
}

impl Response {
    pub fn new(utterance: UtteranceId, ask: Option<AskId>, latency: Latency) -> Self {
        Self {
            utterance,
            ask,
            splitter: ClauseSplitter::default(),
            clauses: Vec::new(),
            stage: if ask.is_some() {
                ResponseStage::Wording
            } else {
                ResponseStage::Voicing
            },
            wants_follow_up: false,
            interruptible: true,
            expecting: Expecting::Anything,
            control: None,
            closing: None,
            latency,
            tokens_in: 0,
            tokens_out: 0,
            heard_from: None,
            heard_until: MediaTime::ZERO,
            heard_samples: 0,
        }
    }

    /// A frame of it reached the ear.
    pub fn note_heard(&mut self, played: &PlayedFrame) {
        let samples = played.samples().len() as u64;
        self.heard_from.get_or_insert(played.at);
        self.heard_until = played.at.plus_samples(samples);
        let heard = self.heard_samples..self.heard_samples + samples;
        self.heard_samples = heard.end;
        let mut began = 0;
        for clause in &mut self.clauses {
            if heard.contains(&began) && clause.samples > 0 {
                clause
                    .heard_from
                    .get_or_insert(played.at.plus_samples(began - heard.start));
            }
            began += clause.samples;
        }
    }

    pub fn clause_mut(&mut self, id: ClauseId) -> Option<&mut Clause> {
        self.clauses.iter_mut().find(|clause| clause.id == id)
    }

    pub fn text_complete(&self) -> bool {
        self.stage != ResponseStage::Wording
    }

    pub fn audio_complete(&self) -> bool {
        self.stage == ResponseStage::Voiced
    }

    /// An entry was inserted into the conversation at `place`.
    pub fn message_inserted(&mut self, place: usize) {
        for clause in self
            .clauses
            .iter_mut()
            .filter(|clause| clause.message >= place)
        {
            clause.message += 1;
        }
    }

    /// A clause is with the voice.
    pub fn is_speaking(&self) -> bool {
        self.clauses
            .iter()
            .any(|c| c.progress == ClauseProgress::Speaking)
    }

    pub fn all_spoken(&self) -> bool {
        self.clauses
            .iter()
            .all(|c| c.progress == ClauseProgress::Finished)
    }

    pub fn generated(&self) -> String {
        join(self.clauses.iter().map(|c| c.text.as_str()))
    }

    /// The words of each conversation entry that were heard when `heard` samples were played.
    pub fn heard_by_message(&self, heard: u64) -> Vec<(usize, String)> {
        let mut by_message: Vec<(usize, String)> = Vec::new();
        for (clause, text) in self.heard_clauses(heard) {
            match by_message.last_mut() {
                Some((message, joined)) if *message == clause.message => {
                    push_word(joined, text);
                }
                _ => by_message.push((clause.message, text.to_owned())),
            }
        }
        by_message
    }

    /// The words that were heard when `heard` samples were played.
    pub fn heard(&self, heard: u64) -> String {
        join(self.heard_clauses(heard).map(|(_, text)| text))
    }

    /// The same words, one by one, with their times: those of its clause spread over its letters. None where there
    /// was no sound.
    pub fn heard_words(&self, heard: u64) -> Vec<WordTime> {
        let mut words = Vec::new();
        let Some(mut until) = self.heard_from else {
            return words;
        };
        for (clause, text) in self.heard_clauses(heard) {
            // A clause that became no sound has no time of its own.
            let began = clause.heard_from.unwrap_or(until);
            let time = |at| {
                let at = began.plus_samples(clause.samples_before(at));
                at.min(self.heard_until).as_ms()
            };
            words.extend(words_of(text).map(|(at, word)| WordTime {
                text: word.to_owned(),
                start_ms: time(at),
                end_ms: time(at + word.len()),
            }));
            until = began.plus_samples(clause.samples_before(text.len()));
        }
        words
    }

    /// The words that were not heard.
    pub fn unheard(&self, heard: u64) -> String {
        let rests = self
            .heard_clauses(heard)
            .map(|(clause, text)| clause.text[text.len()..].trim());
        join(rests)
    }

    /// Nothing behind a clause that was not heard to its end was heard, whatever sound there is.
    fn heard_clauses(&self, heard: u64) -> impl Iterator<Item = (&Clause, &str)> {
        let mut offset = 0;
        let mut whole = true;
        self.clauses.iter().map(move |clause| {
            let within = heard.saturating_sub(offset);
            offset += clause.samples;
            let text = if whole {
                clause.heard_prefix(within)
            } else {
                ""
            };
            whole &= text.len() == clause.text.len();
            (clause, text)
        })
    }
}

impl Clause {
    /// The words whose share of the clause's audio was played. Times within a clause are spread
    /// over the letters that the voice was given: no local voice tells word times.
    fn heard_prefix(&self, heard: u64) -> &str {
        if self.progress == ClauseProgress::Finished && heard >= self.samples {
            return &self.text;
        }
        let reached = heard
            .saturating_mul(self.letters())
            .checked_div(self.expected_samples())
            .unwrap_or(0);
        let mut end = 0;
        for (at, word) in words_of(&self.text) {
            let word_end = at + word.len();
            if self.respelling.spoken(word_end) as u64 > reached {
                break;
            }
            end = word_end;
        }
        &self.text[..end]
    }

    /// Samples of it that are played before the letter at byte `at` of its text.
    fn samples_before(&self, at: usize) -> u64 {
        (self.respelling.spoken(at) as u64)
            .saturating_mul(self.expected_samples())
            .checked_div(self.letters())
            .unwrap_or(0)
    }

    /// That the voice was given.
    fn letters(&self) -> u64 {
        self.respelling.spoken(self.text.len()) as u64
    }

    fn expected_samples(&self) -> u64 {
        if self.progress == ClauseProgress::Finished {
            self.samples
        } else {
            self.samples.max(self.letters() * SAMPLES_PER_LETTER)
        }
    }
}

/// About 15 letters a second, the pace of English speech.
const SAMPLES_PER_LETTER: u64 = 8_000 / 15;

fn words_of(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let start = text.as_ptr() as usize;
    text.split_whitespace()
        .map(move |word| (word.as_ptr() as usize - start, word))
}

fn join<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let mut joined = String::new();
    texts.for_each(|text| push_word(&mut joined, text));
    joined
}

fn push_word(joined: &mut String, text: &str) {
    if !joined.is_empty() && !text.is_empty() {
        joined.push(' ');
    }
    joined.push_str(text);
}

#[cfg(test)]
mod tests {
    use tenant_config::pronunciation::{Pronouncer, Pronunciation};

    use super::*;

    fn response(clauses: &[(&str, u64, ClauseProgress)]) -> Response {
        let mut response = Response::new(UtteranceId(1), None, Latency::default());
        for (i, (text, samples, progress)) in clauses.iter().enumerate() {
            response.clauses.push(Clause {
                id: ClauseId(i as u64),
                text: (*text).to_owned(),
                respelling: Respelling::default(),
                samples: *samples,
                heard_from: None,
                progress: *progress,
                message: 0,
            });
        }
        response
    }

    #[test]
    fn heard_and_unheard_make_the_whole() {
        let said = response(&[
            ("We are open on Monday.", 16_000, ClauseProgress::Finished),
            ("And on Tuesday.", 8_000, ClauseProgress::Finished),
        ]);
        assert_eq!(said.heard(24_000), "We are open on Monday. And on Tuesday.");
        assert_eq!(said.heard(0), "");
        assert_eq!(said.heard(16_000), "We are open on Monday.");
        assert_eq!(said.heard(8_000), "We are open");
        assert_eq!(said.unheard(8_000), "on Monday. And on Tuesday.");
        assert_eq!(said.unheard(24_000), "");
    }

    #[test]
    fn what_was_heard_of_a_respelled_clause_is_as_it_is_written() {
        let entry = Pronunciation {
            word: "Ng".to_owned(),
            say: "ingg ".repeat(8),
        };
        let text = "Ask Ng at noon.";
        let mut said = response(&[(text, 8_000, ClauseProgress::Finished)]);
        assert_eq!(said.heard(4_000), "Ask Ng", "by the letters as written");
        let (spoken, respelling) = Pronouncer::new(&[entry]).respell(text);
        said.clauses[0].respelling = respelling;
        let samples_of = |letters: usize| (letters * 8_000).div_ceil(spoken.len()) as u64;
        assert_eq!(said.heard(samples_of(4 + 39)), "Ask");
        assert_eq!(said.unheard(samples_of(4 + 39)), "Ng at noon.");
        assert_eq!(said.heard(samples_of(4 + 40)), "Ask Ng");
        assert_eq!(said.heard(8_000), text);
    }

    #[test]
    fn a_clause_whose_audio_still_comes_is_not_heard_whole() {
        let said = response(&[(
            "We are open on Monday and Tuesday.",
            800,
            ClauseProgress::Speaking,
        )]);
        assert_eq!(said.heard(800), "");
    }
}
