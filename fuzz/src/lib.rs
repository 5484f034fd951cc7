//! The targets, as the fuzzer's programs use them.

#[path = "../targets/mod.rs"]
mod below;
#[cfg(feature = "house")]
#[path = "../targets/house.rs"]
mod house;

/// Runs a target by name.
pub fn run(name: &str, data: &[u8]) {
    #[cfg(feature = "house")]
    let targets = below::TARGETS.iter().chain(house::TARGETS);
    #[cfg(not(feature = "house"))]
    let targets = below::TARGETS.iter();
    let target = targets.into_iter().find(|(known, _)| *known == name);
    let (_, target) = target.unwrap_or_else(|| panic!("there is no target {name:?}"));
    target(data);
}
