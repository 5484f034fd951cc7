//! OpenAI-compatible servers as providers.
