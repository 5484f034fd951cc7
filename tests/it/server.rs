//! A server of its own process, as an operator starts it: what can be killed, told to stop, and held
//! to limits. [`crate::node`] is the same within the test's process.

use std::{
    collections::BTreeSet,
    fs::OpenOptions,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use bench::{CallOptions, CallerScript, Step};
use serde_json::Value;

use crate::{
    harness::{self, AI_VOICE},
    node::CALLER,
};

/// How a server is started.
#[derive(Debug, Default)]
pub(crate) struct ServerSetup {
    /// The private database in its data folder if `None`.
    pub(crate) database_url: Option<String>,
    /// No file may grow beyond so many KiB (`ulimit -f`): a full disk that needs no root.
    pub(crate) longest_file_kib: Option<u32>,
    /// An echo answers instead of scripted minds.
    pub(crate) is_echo: bool,
    /// More of the command line.
    pub(crate) args: Vec<String>,
    /// Settings in the environment.
    pub(crate) env: Vec<(&'static str, String)>,
}

/// A running server with scripted minds; killed when it is dropped.
pub(crate) struct Server {
    process: Child,
    pub(crate) url: String,
    data: PathBuf,
}

/// A data folder that the database's user may pass to, also when we are root.
pub(crate) fn data_folder() -> tempfile::TempDir {
    tempfile::Builder::new()
        .prefix("trunkline-server-")
        .tempdir_in("/tmp")
        .unwrap()
}

/// The caller asks something, in words: this server's voice activity is the real one.
pub(crate) fn ask() -> Step {
    let file = include_bytes!("../../bench/clips/hours.wav");
    let name = file.windows(4).position(|name| name == b"data").unwrap();
    let sound = &file[name + 8..];
    Step::Say {
        name: "hours".to_owned(),
        samples_8k: sound
            .iter()
            .map(|&byte| media::mulaw::decode(byte))
            .collect(),
    }
}

/// The product's program, without what the developer's environment says.
pub(crate) fn program() -> Command {
    without_settings(Command::new(env!("CARGO_BIN_EXE_trunkline")))
}

fn without_settings(mut command: Command) -> Command {
    for (name, _) in std::env::vars() {
        let keep = name == "TRUNKLINE_MODELS" || name == "TRUNKLINE_CACHE";
        if (name.starts_with("TRUNKLINE_") || name.starts_with("TWILIO_")) && !keep {
            command.env_remove(name);
        }
    }
    command
        .env_remove("DATABASE_URL")
        .env_remove("OPENAI_API_KEY");
    command
}

/// `trunkline serve` on an address that is free.
pub(crate) fn serve(data: &Path, setup: &ServerSetup) -> (Command, SocketAddr) {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = port.local_addr().unwrap();
    drop(port);
    let mut command = match setup.longest_file_kib {
        None => program(),
        Some(kib) => {
            let mut shell = without_settings(Command::new("sh"));
            // The unit of `ulimit -f` is 512 bytes.
            let script = format!("ulimit -f {}; exec \"$0\" \"$@\"", kib * 2);
            shell.args(["-c", &script, env!("CARGO_BIN_EXE_trunkline")]);
            shell
        }
    };
    if let Some(url) = &setup.database_url {
        command.env("DATABASE_URL", url);
    }
    command.envs(setup.env.iter().map(|(name, value)| (name, value)));
    let minds = if setup.is_echo { "echo" } else { "scripted" };
    command
        .args(["serve", "--demo", "--minds", minds, "--listen"])
        .arg(address.to_string())
        .arg("--data-dir")
        .arg(data)
        .args(&setup.args);
    (command, address)
}

impl Server {
    /// Starts a server and waits until it takes calls.
    pub(crate) async fn start(data: &Path, setup: &ServerSetup) -> Self {
        let (mut command, address) = serve(data, setup);
        let log = OpenOptions::new()
            .append(true)
            .create(true)
            .open(data.join("log"))
            .unwrap();
        let process = command.stdout(Stdio::null()).stderr(log).spawn().unwrap();
        let server = Self {
            process,
            url: format!("http://{address}"),
            data: data.to_owned(),
        };
        server
            .wait_until("it is ready", async || {
                reqwest::get(format!("{}/ready", server.url))
                    .await
                    .is_ok_and(|ready| ready.status() == 200)
            })
            .await;
        server
    }

    /// A call to the demo tenant's agent, by a caller who waits for nobody long.
    pub(crate) fn call(&self, steps: Vec<Step>) -> CallOptions {
        let mut options = CallOptions::new(&self.url, &self.token(), CALLER, AI_VOICE);
        options.script = CallerScript::new(steps);
        options.script.manners.patience = Duration::from_secs(1);
        options
    }

    pub(crate) async fn wait_until(&self, what: &str, is_so: impl AsyncFn() -> bool) {
        for _ in 0..900 {
            if is_so().await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("not in 90 s: {what}\n{}", self.log());
    }

    /// Waits until so many conversations are under way.
    pub(crate) async fn holds(&self, calls: u64) {
        self.wait_until(&format!("{calls} calls are live"), async || {
            self.health().await["calls_live"] == calls
        })
        .await;
    }

    pub(crate) async fn health(&self) -> Value {
        let health = reqwest::get(format!("{}/health", self.url)).await.unwrap();
        serde_json::from_str(&health.text().await.unwrap()).unwrap()
    }

    /// The value of a metric, whatever its labels; 0 where it was never counted.
    pub(crate) async fn metric(&self, name: &str) -> f64 {
        let metrics = reqwest::get(format!("{}/metrics", self.url)).await.unwrap();
        let text = metrics.text().await.unwrap();
        let values = text.lines().filter_map(|line| {
            let rest = line.strip_prefix(name)?;
            let (labels, value) = rest.rsplit_once(' ')?;
            (labels.is_empty() || labels.starts_with('{')).then(|| value.parse::<f64>().unwrap())
        });
        values.sum()
    }

    /// The carrier's local token.
    pub(crate) fn token(&self) -> String {
        let token = std::fs::read_to_string(self.data.join("local_auth_token")).unwrap();
        token.trim().to_owned()
    }

    /// The ports of its peers on connections that it has not closed.
    pub(crate) fn peers(&self) -> BTreeSet<u16> {
        let own = self.url.rsplit_once(':').unwrap().1.parse().unwrap();
        // Line by line: number, own address, peer's, state, …, and the inode, 0 once it is closed.
        let table = std::fs::read_to_string(format!("/proc/{}/net/tcp", self.process.id()));
        let table = table.unwrap();
        let port = |address: &str| u16::from_str_radix(address.rsplit_once(':').unwrap().1, 16);
        let peers = table.lines().skip(1).filter_map(|line| {
            let fields: Vec<_> = line.split_whitespace().collect();
            let (listens, is_closed) = (fields[3] == "0A", fields[9] == "0");
            (port(fields[1]) == Ok(own) && !listens && !is_closed).then(|| port(fields[2]).unwrap())
        });
        peers.collect()
    }

    /// Memory in use, in KiB.
    pub(crate) fn memory_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()));
        let status = status.unwrap();
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = resident.unwrap().trim().trim_end_matches(" kB");
        kib.parse().unwrap()
    }

    /// What it has logged, its earlier lives too.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.data.join("log")).unwrap()
    }

    /// Of its private database.
    pub(crate) async fn value(&self, sql: &str) -> Option<String> {
        let socket = self.data.join("postgres/socket");
        harness::value_at(&socket, "trunkline", sql).await
    }

    /// `kill -9`.
    pub(crate) fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// SIGTERM.
    pub(crate) fn terminate(&self) {
        let sent = Command::new("kill")
            .args(["-TERM", &self.process.id().to_string()])
            .status();
        assert!(sent.unwrap().success());
    }

    /// Waits for its end; how, and how long that took.
    pub(crate) async fn ended(&mut self) -> (ExitStatus, Duration) {
        let since = Instant::now();
        for _ in 0..900 {
            if let Some(status) = self.process.try_wait().unwrap() {
                return (status, since.elapsed());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the server does not end\n{}", self.log());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
