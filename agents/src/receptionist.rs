//! The offline mind: a receptionist that needs no language model.
