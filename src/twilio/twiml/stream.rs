//! A two-way media stream.

use super::Element;

/// Connects the caller's audio with a WebSocket of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stream {
    /// `wss://`, without a query: the carrier drops one.
    pub url: String,
    /// Come back in the stream's `start` message.
    pub parameters: Vec<Parameter>,
}

/// A name and a value that travel with a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    name: String,
    value: String,
}

/// The carrier would refuse it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "stream parameter {name:?}: name and value have {length} characters together; fewer than 500 \
     are allowed"
)]
pub struct ParameterTooLong {
    name: String,
    length: usize,
}

impl Parameter {
    pub fn new(
        name: impl Into<String>,
        value: impl Into<String>,
    ) -> Result<Self, ParameterTooLong> {
        let (name, value) = (name.into(), value.into());
        let length = name.chars().count() + value.chars().count();
        if length < LENGTH_LIMIT {
            Ok(Self { name, value })
        } else {
            Err(ParameterTooLong { name, length })
        }
    }
}

impl Stream {
    pub(super) fn element(&self) -> Element {
        let parameters = self
            .parameters
            .iter()
            .map(|p| {
                Element::new("Parameter")
                    .attr("name", &p.name)
                    .attr("value", &p.value)
            })
            .collect();
        Element::new("Stream")
            .attr("url", &self.url)
            .children(parameters)
    }
}

/// Of name and value together, exclusive; from Twilio's reference of `<Parameter>`.
const LENGTH_LIMIT: usize = 500;
