//! A call kept as sound.
