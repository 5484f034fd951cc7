//! Sound as values: frames, codecs, clocks and the wire messages that carry them. Knows no
//! socket and no clock.
//!
//! What comes in: [`twilio::parse`] reads a message, [`jitter::Arrivals`] makes [`frame::Frame`]s
//! of its payload, [`resample::Up2`] serves models that want 16 kHz, [`presence::Presence`] tells
//! what could be speech at all, [`vad::SpeechGate`] turns probabilities into the edges of speech.
//! What goes out: [`resample::ToTelephone`] brings a voice to 8 kHz, [`playout::Playout`] paces it
//! and knows what was heard, [`twilio::StreamWriter`] writes it.
//! What stays: [`recording::StereoMixer`], drawn by [`outline::Outline`]; what was kept elsewhere, [`wav`] reads.
//!
//! Times are [`frame::MediaTime`]; where a node's clock is needed, `now` is a parameter.

pub mod dtmf;
pub mod frame;
pub mod jitter;
pub mod mulaw;
pub mod outline;
pub mod playout;
pub mod presence;
pub mod recording;
pub mod resample;
pub mod twilio;
pub mod vad;
pub mod wav;
