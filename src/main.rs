//! The binary: chooses the allocator, parses the command line and hands over.

use std::process::ExitCode;

use tikv_jemallocator::Jemalloc;

/// Hundreds of calls ask for pieces of all sizes and give them back in another order. The GNU C
/// library's heaps break up under it and grow for minutes; this one's do not.
#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

/// One arena for each core instead of four, threads that keep back small pieces only, and pages that
/// nobody used for half a second go to the system.
/// <https://jemalloc.net/jemalloc.3.html#tuning>
#[expect(
    unsafe_code,
    reason = "the allocator reads a symbol of this name before `main`"
)]
#[unsafe(export_name = "_rjem_malloc_conf")]
pub static ALLOCATOR_SETTINGS: &[u8; 72] =
    b"percpu_arena:percpu,tcache_max:4096,dirty_decay_ms:500,muzzy_decay_ms:0\0";

fn main() -> ExitCode {
    trunkline::commands::main()
}
