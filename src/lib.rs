//! The house of Trunkline.
