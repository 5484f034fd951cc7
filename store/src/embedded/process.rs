//! The three system calls that std does not offer, and nothing else: this is the only file of the
//! crate with `unsafe`.

use std::{io, os::unix::process::CommandExt, process::Command};

/// How PostgreSQL is asked to stop.
#[derive(Debug, Clone, Copy)]
pub(super) enum Signal {
    /// SIGINT: rolls back what runs, writes a checkpoint.
    Fast,
    /// SIGQUIT: at once; the next start recovers.
    Immediate,
}

/// The child gets SIGINT when the thread that spawns it ends, however that comes about.
#[expect(unsafe_code, reason = "pre_exec and prctl have no safe form")]
pub(super) fn die_with_this_thread(command: &mut Command) {
    let parent = std::process::id();
    // SAFETY: between fork and exec the closure makes only async-signal-safe system calls and
    // allocates nothing (an `io::Error` of an OS code holds no heap memory).
    unsafe {
        command.pre_exec(move || {
            if libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGINT) != 0 {
                return Err(io::Error::last_os_error());
            }
            // The parent may have died before the signal was arranged.
            if libc::getppid().unsigned_abs() != parent {
                return Err(io::Error::from_raw_os_error(libc::ESRCH));
            }
            Ok(())
        });
    }
}

/// Sends a signal to our child.
#[expect(unsafe_code, reason = "std sends no signal but SIGKILL")]
pub(super) fn send(pid: u32, signal: Signal) {
    let number = match signal {
        Signal::Fast => libc::SIGINT,
        Signal::Immediate => libc::SIGQUIT,
    };
    let Ok(pid) = libc::pid_t::try_from(pid) else {
        return;
    };
    // SAFETY: kill takes two integers and touches no memory of ours. The child has not been waited
    // for, so its number cannot belong to anybody else.
    let sent = unsafe { libc::kill(pid, number) };
    if sent != 0 {
        tracing::warn!(pid, error = %io::Error::last_os_error(), "cannot signal PostgreSQL");
    }
}
