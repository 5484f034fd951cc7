//! What a chat model may have done: specifications, parsing and validation.
