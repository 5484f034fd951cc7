//! Why a call could not be carried through.

use crate::{stream::StreamError, twiml::TwimlError};

/// A call that came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    #[error("{field} {value:?} is unusable: {expected} is expected")]
    Option {
        field: &'static str,
        value: String,
        expected: &'static str,
    },
    #[error("no connection: is trunkline serving at {url}? ({source})")]
    Unreachable { url: String, source: reqwest::Error },
    #[error("no answer from {url} within {seconds} s: Twilio would have given up")]
    Timeout { url: String, seconds: u64 },
    #[error("the exchange with {url} broke: {source}")]
    Http { url: String, source: reqwest::Error },
    #[error(
        "signature refused by {url}: is the auth token one that the server knows, and is {signed} \
         its public URL?"
    )]
    SignatureRefused { url: String, signed: String },
    #[error("{url} answered HTTP {status}; Twilio expects 200 with TwiML: {body:?}")]
    Status {
        url: String,
        status: u16,
        /// The beginning of it.
        body: String,
    },
    #[error("the TwiML of {url} cannot be run: {source}\n{document}")]
    Twiml {
        url: String,
        source: Box<TwimlError>,
        document: String,
    },
    #[error("{limit} documents and still no end: the TwiML goes in circles")]
    Circles { limit: usize },
    #[error("the threads that hold the streams have stopped")]
    Exchange,
    #[error(transparent)]
    Stream(#[from] StreamError),
}
