//! The playout under virtual time.
