//! The load tool's process; everything is in `bench::load`.

fn main() -> std::process::ExitCode {
    bench::load::main()
}
