//! The thread that starts the server and stops it.
//!
//! The kernel's parent-death signal goes out when the *thread* that made the child ends, not the
//! process. So one thread makes the server and stays until it is to stop; a server never dies of a
//! runtime that retires a worker thread.

use std::{
    fs,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Stdio},
    sync::mpsc,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use super::{
    EmbeddedError,
    folders::Place,
    io_error,
    process::{self, Signal},
};

#[derive(Debug)]
pub(super) struct Keeper {
    pid: u32,
    stop: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Keeper {
    pub(super) fn start(place: &Place) -> Result<Self, EmbeddedError> {
        clear_leftovers(&place.data)?;
        let (started, outcome) = mpsc::sync_channel(1);
        let (stop, stopped) = mpsc::channel();
        let of_thread = place.clone();
        let thread = thread::Builder::new()
            .name("postgres".to_owned())
            .spawn(move || match launch_after_orphans(&of_thread) {
                Ok(child) => {
                    let told = started.send(Ok(child.id()));
                    if told.is_ok() {
                        // Ends with a word or when the keeper is gone; either way it is time to stop.
                        let _ = stopped.recv();
                    }
                    terminate(child);
                }
                Err(error) => {
                    let _ = started.send(Err(error)); // nobody waits: nobody to tell
                }
            })
            .map_err(io_error("cannot start a thread for", &place.data))?;
        let pid = outcome.recv().map_err(|_| EmbeddedError::NotStarted {
            why: "its thread ended".to_owned(),
            log: place.log.clone(),
        })??;
        Ok(Self {
            pid,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    pub(super) const fn pid(&self) -> u32 {
        self.pid
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!(pid = self.pid, "the thread that keeps PostgreSQL panicked");
        }
    }
}

/// A lock file of a server that is no more would keep ours from starting, when another process has
/// got its number since. A server that is still on its way out is waited for.
fn clear_leftovers(data: &Path) -> Result<(), EmbeddedError> {
    let lock = data.join(LOCK);
    let since = Instant::now();
    while lock.exists() {
        let Some(running) = running(data) else {
            tracing::info!(path = %lock.display(), "removing the lock file of a killed PostgreSQL");
            return fs::remove_file(&lock).map_err(io_error("cannot remove", &lock));
        };
        let patience = if running.stopping {
            SHUTDOWN
        } else {
            HESITATION
        };
        if since.elapsed() >= patience {
            return Err(EmbeddedError::InUse {
                path: data.to_owned(),
                pid: running.pid,
            });
        }
        thread::sleep(POLL);
    }
    Ok(())
}

/// A live server, as its lock file tells.
pub(super) struct Running {
    pid: u32,
    stopping: bool,
    /// `None` until it takes connections, and when it stops.
    pub(super) socket_dir: Option<PathBuf>,
}

/// The server that runs in a data folder, if one does. Its lock file holds, line by line: process,
/// data folder, start, port, socket folder, address, shared memory, state.
pub(super) fn running(data: &Path) -> Option<Running> {
    let text = fs::read_to_string(data.join(LOCK)).ok()?;
    let line = |number: usize| text.lines().nth(number).map(str::trim);
    let pid: u32 = line(0)?.parse().ok()?;
    // A server's working directory is its data folder.
    let cwd = fs::read_link(format!("/proc/{pid}/cwd")).ok()?;
    let state = line(7).unwrap_or_default();
    let socket_dir = line(4).filter(|dir| state == "ready" && !dir.is_empty());
    (cwd == data).then(|| Running {
        pid,
        stopping: state == "stopping",
        socket_dir: socket_dir.map(PathBuf::from),
    })
}

/// Children of a server that was killed hold its memory until they notice, and a new server that finds
/// them ends at once: it is tried again for a while.
fn launch_after_orphans(place: &Place) -> Result<Child, EmbeddedError> {
    let since = Instant::now();
    let was_killed = place.data.join(LOCK).exists();
    loop {
        match launch(place) {
            Err(EmbeddedError::NotStarted { .. }) if was_killed && since.elapsed() < ORPHANS => {
                thread::sleep(ORPHANS / 50);
            }
            outcome => return outcome,
        }
    }
}

fn launch(place: &Place) -> Result<Child, EmbeddedError> {
    let log = fs::File::options()
        .create(true)
        .append(true)
        .open(&place.log)
        .map_err(io_error("cannot open", &place.log))?;
    let errors = log
        .try_clone()
        .map_err(io_error("cannot open", &place.log))?;
    let mut command = place.command("postgres");
    command
        .current_dir(&place.data)
        .arg("-D")
        .arg(&place.data)
        .arg("-k")
        .arg(&place.socket_dir)
        .args([
            "-c",
            "listen_addresses=",
            "-c",
            "unix_socket_permissions=0700",
        ])
        .args(["-c", "max_connections=100", "-c", "shared_buffers=64MB"])
        .stdout(Stdio::from(log))
        .stderr(Stdio::from(errors))
        // A Ctrl-C at the terminal is ours to handle first.
        .process_group(0);
    process::die_with_this_thread(&mut command);
    let mut child = command
        .spawn()
        .map_err(io_error("cannot run", &place.bin_dir))?;
    match wait_until_ready(&mut child, place) {
        Ok(()) => Ok(child),
        Err(error) => {
            terminate(child);
            Err(error)
        }
    }
}

/// The eighth line of the lock file says how far the server is.
fn wait_until_ready(child: &mut Child, place: &Place) -> Result<(), EmbeddedError> {
    let lock = place.data.join(LOCK);
    let deadline = Instant::now() + START;
    let not_started = |why: String| EmbeddedError::NotStarted {
        why,
        log: place.log.clone(),
    };
    loop {
        if let Some(status) = child
            .try_wait()
            .map_err(io_error("cannot watch", &place.data))?
        {
            return Err(not_started(status.to_string()));
        }
        let text = fs::read_to_string(&lock).unwrap_or_default();
        let mine = text
            .lines()
            .next()
            .is_some_and(|pid| pid.trim() == child.id().to_string());
        if mine
            && text
                .lines()
                .nth(7)
                .is_some_and(|state| state.trim() == "ready")
        {
            return Ok(());
        }
        if Instant::now() >= deadline {
            return Err(not_started(format!(
                "not ready after {} s",
                START.as_secs()
            )));
        }
        thread::sleep(POLL);
    }
}

/// Fast shutdown, then immediate (the next start recovers), then the hard way.
fn terminate(mut child: Child) {
    for (signal, patience) in [
        (Signal::Fast, SHUTDOWN),
        (Signal::Immediate, Duration::from_secs(5)),
    ] {
        process::send(child.id(), signal);
        let deadline = Instant::now() + patience;
        while Instant::now() < deadline {
            match child.try_wait() {
                Ok(Some(_)) => return,
                Ok(None) => thread::sleep(POLL),
                Err(error) => {
                    tracing::error!(%error, "cannot watch PostgreSQL stop");
                    return;
                }
            }
        }
    }
    tracing::error!(pid = child.id(), "PostgreSQL did not stop and is killed");
    if child.kill().and_then(|()| child.wait()).is_err() {
        tracing::error!(pid = child.id(), "PostgreSQL could not be killed");
    }
}

const LOCK: &str = "postmaster.pid";
const POLL: Duration = Duration::from_millis(10);
/// After a crash, recovery comes before readiness.
const START: Duration = Duration::from_mins(2);
const SHUTDOWN: Duration = Duration::from_secs(20);
/// How long children may outlive their server.
const ORPHANS: Duration = Duration::from_secs(5);
/// Between the death of a node and its server's taking note of it.
const HESITATION: Duration = Duration::from_secs(3);
