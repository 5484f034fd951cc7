//! The carrier's end of a stream is gone without a word, or takes nothing any more: the call ends
//! within bounds, its socket is free, and its record is whole.

use std::time::{Duration, Instant};

use bench::{
    CounterStyle, MessageWriter, StartFields, Step, StreamClient, new_call_sid, new_stream_sid,
    place_call,
    signature::{HEADER, sign_form},
    twiml::{self, Verb},
};
use url::Url;

use crate::{
    chaos::{Chaos, Toxic, Upstream},
    harness::{AI_VOICE, Db},
    node::CALLER,
    server::{Server, ServerSetup, ask, data_folder},
};

async fn server(db: &Db, proxy: &Chaos, data: &std::path::Path, is_echo: bool) -> Server {
    let setup = ServerSetup {
        database_url: Some(db.url_through(proxy.address)),
        is_echo,
        ..ServerSetup::default()
    };
    Server::start(data, &setup).await
}

/// Waits until no call is live; how long that took.
async fn ends(server: &Server) -> Duration {
    let since = Instant::now();
    server.holds(0).await;
    since.elapsed()
}

/// The carrier's end is gone in the middle of a call, as with a pulled cable. How often the server
/// then said that a conversation stood still.
async fn vanish(is_echo: bool) -> f64 {
    let (db, data) = (Db::seeded().await, data_folder());
    let to_database = Chaos::before(db.upstream()).await;
    let server = server(&db, &to_database, data.path(), is_echo).await;
    let address = server.url.trim_start_matches("http://").parse().unwrap();
    let to_server = Chaos::before(Upstream::Tcp(address)).await;
    let mut options = server.call(vec![ask(), Step::Wait(Duration::from_mins(2))]);
    options.public_origin = Some(server.url.clone());
    options.base_url = format!("http://{}", to_server.address);
    let call = tokio::spawn(async move { place_call(&options).await.map(drop) });
    server.holds(1).await;
    // What this test asked itself is closed by then.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let peers = server.peers();
    assert!(!peers.is_empty());
    to_server.set(Toxic::Stall);
    let took = ends(&server).await;
    // 10 s of silence, 4 s for the last words, 2 s for a peer that may not take the goodbye.
    assert!(took < Duration::from_mins(1), "{took:?}");
    let cdr = "SELECT concat_ws(' ', count(*), min(end_reason), min(closed_by),
                 bool_and(duration_ms > 1000), bool_and(ended_at IS NOT NULL))
               FROM app.calls WHERE finalized_at IS NOT NULL";
    assert_eq!(
        db.value(cdr).await.as_deref(),
        Some("1 stream_lost holder t t")
    );
    server
        .wait_until("the stream's socket is free", async || {
            let left = server.peers();
            peers.iter().filter(|peer| left.contains(peer)).count() < peers.len()
        })
        .await;
    let health = server.health().await;
    assert_eq!(health["admission"]["places_taken"], 0, "{health}");
    call.abort();
    server.metric("trunkline_stalls_total").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_vanishes_without_a_word_ends_its_call() {
    let (stalls, of_echo) = tokio::join!(vanish(false), vanish(true));
    assert!(stalls > 0.5, "the operator is told");
    assert!(of_echo < 0.5, "an echo is no conversation");
}

/// Begins a call and opens its stream, as a carrier does.
async fn stream(server: &Server) -> (StreamClient, MessageWriter) {
    let (token, call_sid) = (server.token(), new_call_sid());
    let account = "AC00000000000000000000000000000000";
    let form = [
        ("CallSid", call_sid.as_str()),
        ("AccountSid", account),
        ("From", CALLER),
        ("To", AI_VOICE),
        ("CallStatus", "ringing"),
        ("Direction", "inbound"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let url = format!("{}/twilio/voice/incoming", server.url);
    let answer = reqwest::Client::new()
        .post(&url)
        .header(HEADER, sign_form(&token, &url, &form))
        .form(&form)
        .send()
        .await
        .unwrap();
    let verbs = twiml::parse(&answer.text().await.unwrap()).unwrap();
    let told = verbs.into_iter().find_map(|verb| {
        if let Verb::Connect { stream, .. } = verb {
            Some(stream)
        } else {
            None
        }
    });
    let told = told.unwrap();
    let url: &Url = &told.url;
    let mut client = StreamClient::connect_signed(url, url, &token)
        .await
        .unwrap();
    let mut writer = MessageWriter::new(new_stream_sid(), CounterStyle::Strings);
    let fields = StartFields {
        account_sid: account.parse().unwrap(),
        call_sid,
        parameters: told.parameters,
    };
    client.send_text(writer.connected()).await.unwrap();
    client.send_text(writer.start(&fields)).await.unwrap();
    (client, writer)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_never_reads_ends_its_call_and_costs_little_memory() {
    let (db, data) = (Db::seeded().await, data_folder());
    let to_database = Chaos::before(db.upstream()).await;
    let server = server(&db, &to_database, data.path(), true).await;
    let mut deaf = Vec::new();
    for _ in 0..4 {
        deaf.push(stream(&server).await);
    }
    server.holds(4).await;
    let before = server.memory_kib();
    let talking = deaf.into_iter().map(|(mut client, mut writer)| {
        tokio::spawn(async move {
            // As fast as the server takes it; each frame asks for one that nobody reads.
            for n in 0..u64::MAX {
                if client
                    .send_text(writer.media(&[0x33; 160], n * 20))
                    .await
                    .is_err()
                {
                    return (client, n);
                }
            }
            (client, u64::MAX)
        })
    });
    let talking: Vec<_> = talking.collect();
    let took = ends(&server).await;
    assert!(took < Duration::from_secs(80), "{took:?}");
    let grown = server.memory_kib().saturating_sub(before);
    assert!(
        grown < 16 * 1024,
        "{grown} KiB for four peers that do not read"
    );
    let cdrs = "SELECT concat_ws(' ', count(*), min(end_reason), max(end_reason))
                FROM app.calls WHERE finalized_at IS NOT NULL";
    assert_eq!(
        db.value(cdrs).await.as_deref(),
        Some("4 stream_lost stream_lost")
    );
    // Their ends are still open; the server's are not.
    let mut deaf = Vec::new();
    for talk in talking {
        deaf.push(talk.await.unwrap());
    }
    server
        .wait_until("their sockets are free", async || server.peers().len() <= 1)
        .await;
    assert!(deaf.iter().all(|(_, frames)| *frames > 50));
}
