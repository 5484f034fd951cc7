//! What processes take of the machine, read from `/proc`: CPU time, memory, files, threads. Linux
//! only; a process that is gone reads as `None`.

use std::{collections::HashMap, fs};

/// A process at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Usage {
    /// User and system, since it began.
    pub cpu_s: f64,
    pub rss_kib: u64,
    pub threads: u64,
    /// Open files and sockets; 0 when we may not look.
    pub files: u64,
}

/// /proc counts in this unit on every Linux: `USER_HZ` is part of its ABI.
const TICKS_PER_SECOND: f64 = 100.0;

/// The process of this id.
pub(super) fn usage(pid: u32) -> Option<Usage> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let files = fs::read_dir(format!("/proc/{pid}/fd")).map_or(0, Iterator::count);
    Some(Usage {
        cpu_s: stat_of(&stat)?.cpu_s,
        rss_kib: field(&status, "VmRSS:").unwrap_or(0),
        threads: field(&status, "Threads:")?,
        files: files as u64,
    })
}

/// Memory with shared pages divided among those who share them, in KiB. Takes the kernel some ms
/// for a large process.
pub(super) fn pss_kib(pid: u32) -> Option<u64> {
    let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
    field(&rollup, "Pss:")
}

/// CPU seconds of all that the process has started, directly or not, such as its database.
pub(super) fn descendants_cpu_s(pid: u32) -> f64 {
    let mut all = HashMap::new();
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    for entry in entries {
        let Some(id) = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok())
        else {
            continue;
        };
        let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        if let Some(stat) = stat_of(&stat) {
            all.insert(id, stat);
        }
    }
    let descends = |mut id: u32| {
        // Ids may be reused while we look, so a circle is possible.
        for _ in 0..64 {
            match all.get(&id) {
                Some(stat) if stat.parent == pid => return true,
                Some(stat) => id = stat.parent,
                None => return false,
            }
        }
        false
    };
    let ids = all.keys().filter(|&&id| id != pid && descends(id));
    ids.map(|id| all[id].cpu_s).sum()
}

/// CPU seconds of all cores since the machine was started.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct MachineTime {
    pub all: f64,
    /// With what was stolen.
    pub busy: f64,
    /// What the host of a virtual machine gave to others while something was ready to run.
    pub stolen: f64,
}

/// What the cores have done so far.
pub(super) fn machine() -> Option<MachineTime> {
    let stat = fs::read_to_string("/proc/stat").ok()?;
    let first = stat.lines().next()?.strip_prefix("cpu ")?;
    let ticks: Vec<f64> = first
        .split_ascii_whitespace()
        .filter_map(|word| word.parse().ok())
        .collect();
    // Guest time, behind the eighth, is part of user time.
    let all: f64 = ticks.iter().take(8).sum();
    let idle: f64 = ticks.iter().skip(3).take(2).sum();
    Some(MachineTime {
        all: all / TICKS_PER_SECOND,
        busy: (all - idle) / TICKS_PER_SECOND,
        stolen: ticks.get(7).copied().unwrap_or(0.0) / TICKS_PER_SECOND,
    })
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Stat {
    parent: u32,
    cpu_s: f64,
}

/// The fields of `/proc/PID/stat` behind the name, which may hold spaces and brackets.
fn stat_of(stat: &str) -> Option<Stat> {
    let (_, behind) = stat.rsplit_once(") ")?;
    let fields: Vec<&str> = behind.split_ascii_whitespace().collect();
    let number = |index: usize| fields.get(index)?.parse::<u64>().ok();
    Some(Stat {
        parent: number(1)? as u32,
        cpu_s: (number(11)? + number(12)?) as f64 / TICKS_PER_SECOND,
    })
}

fn field(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_ascii_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_very_process_is_read() {
        let me = usage(std::process::id()).unwrap();
        assert!(
            me.rss_kib > 100 && me.threads >= 1 && me.files >= 3,
            "{me:?}"
        );
        assert!(pss_kib(std::process::id()).unwrap() > 100);
        let machine = machine().unwrap();
        assert!(0.0 < machine.busy && machine.busy <= machine.all);
        assert!(machine.stolen <= machine.busy);
        assert_eq!(usage(u32::MAX), None);
    }

    #[test]
    fn a_name_with_brackets_is_passed_over() {
        let stat = "7 (a) b (c) S 3 7 7 0 -1 4 0 0 0 0 150 50 0 0 20 0 1 0";
        let expected = Stat {
            parent: 3,
            cpu_s: 2.0,
        };
        assert_eq!(stat_of(stat), Some(expected));
        assert_eq!(stat_of("garbage"), None);
    }

    #[test]
    fn a_child_counts_as_a_descendant() {
        let mut child = std::process::Command::new("sh")
            .args([
                "-c",
                "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; exec sleep 20",
            ])
            .spawn()
            .unwrap();
        let mut cpu = 0.0;
        for _ in 0..200 {
            cpu = descendants_cpu_s(std::process::id());
            if cpu > 0.0 {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(cpu > 0.0);
    }
}
