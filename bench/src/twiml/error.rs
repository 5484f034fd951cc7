//! Why a document is not TwiML that Twilio would run.

/// A fault in a TwiML document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TwimlError {
    #[error("the document is not well-formed XML: {0}")]
    Xml(String),
    #[error("the root element is <{0}>, <Response> is expected")]
    Root(String),
    #[error("<{parent}> holds <{child}>, which this caller does not know there")]
    Unknown { parent: String, child: String },
    #[error("<{element}> has the attribute {name}=\"{value}\", which Twilio does not know")]
    Attribute {
        element: String,
        name: String,
        value: String,
    },
    #[error("<{element}> needs {what}")]
    Missing { element: String, what: &'static str },
    #[error("{name}=\"{value}\" of <{element}> is wrong: {expected} is expected")]
    Value {
        element: String,
        name: String,
        value: String,
        expected: &'static str,
    },
}
