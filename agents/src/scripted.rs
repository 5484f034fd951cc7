//! Deterministic fakes with a script.
