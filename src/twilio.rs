//! The Twilio edge: signed webhooks in, TwiML out, and the media stream.
//!
//! Contract: Twilio's documentation of voice webhooks, TwiML and Media Streams. Every request is
//! verified against the configured public origin before anything else is believed.

pub mod form;
pub mod rest;
pub mod signature;
pub mod stream;
pub mod text_form;
pub mod token;
pub mod twiml;
pub mod webhook;
