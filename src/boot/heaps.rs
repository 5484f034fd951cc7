//! The heaps of the process.

/// As many heaps as cores.
///
/// The GNU C library otherwise gives nearly each thread one of its own, up to eight for a core, and
/// what was freed in one is not there for the others: a call then takes a fifth more memory. Other C
/// libraries have nothing to set. Call before the first thread is started.
pub fn one_for_each_core() {
    #[cfg(target_env = "gnu")]
    {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let heaps = i32::try_from(cores).unwrap_or(i32::MAX);
        #[expect(unsafe_code, reason = "a setting of the C library")]
        // SAFETY: two integers go in; nothing is allocated or freed by it.
        let set = unsafe { libc::mallopt(libc::M_ARENA_MAX, heaps) };
        if set == 0 {
            tracing::warn!(heaps, "the C library does not take the number of heaps");
        }
    }
}
