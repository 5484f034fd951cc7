//! Has the binary compiled anew when the dashboard was built anew. Builds nothing itself.

use std::{env, path::Path};

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // A development build reads the dashboard's files when they are asked for.
    if env::var("PROFILE").as_deref() != Ok("release") {
        return;
    }
    println!("cargo:rerun-if-changed={PAGE}");
    if !Path::new(PAGE).exists() {
        println!(
            "cargo:warning=without the dashboard: {PAGE} is missing (npm ci && npm run build in web/)"
        );
    }
}

/// Names every other file of the dashboard, with a hash of its content.
const PAGE: &str = "web/dist/index.html";
