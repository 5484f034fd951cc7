//! Fetching from a server of this test's own, whole and interrupted; verifying what lies there.

use std::{
    fs,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    extract::State as Shared,
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse,
    routing::get,
};

use super::{
    check::State,
    fetch::{Fetched, fetch, work_folder},
    manifest::{Manifest, Model},
};

const CONTENTS: &[u8] = b"the weights of a very small model";
const SHA256: &str = "8848f57c7a09430cd55ebd8cf562c1e5109a16efff8585bf56ced24aaa0d6e32";

/// The Range headers the server saw, in order.
type Seen = Arc<Mutex<Vec<Option<String>>>>;

async fn serve_file(Shared(seen): Shared<Seen>, headers: HeaderMap) -> impl IntoResponse {
    let range = headers
        .get(header::RANGE)
        .map(|value| value.to_str().unwrap().to_owned());
    seen.lock().unwrap().push(range.clone());
    let from = range.and_then(|r| r.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok());
    match from {
        Some(from) => (StatusCode::PARTIAL_CONTENT, &CONTENTS[from..]),
        None => (StatusCode::OK, CONTENTS),
    }
}

async fn server() -> (SocketAddr, Seen) {
    let seen = Seen::default();
    let app = Router::new()
        .route("/model.bin", get(serve_file))
        .route(
            "/wrong.bin",
            get(|| async { "something else, of another length" }),
        )
        .route("/longer.bin", get(|| async { "x".repeat(1000) }))
        .with_state(seen.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    (address, seen)
}

fn model(address: SocketAddr, files: &[&str]) -> Model {
    let mut text = format!(
        "[[model]]\nname = \"model.bin\"\npurpose = \"a test\"\nsize = {}\nsha256 = \"{SHA256}\"\n\
         licence = \"MIT\"\ndefault = true\n",
        CONTENTS.len()
    );
    for file in files {
        let source =
            format!("[[model.source]]\nkind = \"url\"\nurl = \"http://{address}/{file}\"\n");
        text += &source;
    }
    Manifest::parse(&text).unwrap().models.remove(0)
}

#[tokio::test]
async fn a_missing_model_is_fetched_and_a_good_one_left_alone() {
    let (address, seen) = server().await;
    let (model, dir) = (model(address, &["model.bin"]), tempfile::tempdir().unwrap());
    assert_eq!(model.state_in(dir.path()).unwrap(), State::Missing);
    assert_eq!(fetch(&model, dir.path()).await.unwrap(), Fetched::From(0));
    assert_eq!(fs::read(dir.path().join("model.bin")).unwrap(), CONTENTS);
    assert_eq!(model.state_in(dir.path()).unwrap(), State::Good);
    assert_eq!(
        fetch(&model, dir.path()).await.unwrap(),
        Fetched::AlreadyThere
    );
    assert_eq!(seen.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn an_interrupted_download_goes_on_where_it_stopped() {
    let (address, seen) = server().await;
    let (model, dir) = (model(address, &["model.bin"]), tempfile::tempdir().unwrap());
    let work = work_folder(dir.path());
    fs::create_dir_all(&work).unwrap();
    fs::write(work.join("model.bin.0.part"), &CONTENTS[..10]).unwrap();
    assert_eq!(fetch(&model, dir.path()).await.unwrap(), Fetched::From(0));
    assert_eq!(fs::read(dir.path().join("model.bin")).unwrap(), CONTENTS);
    assert_eq!(*seen.lock().unwrap(), [Some("bytes=10-".to_owned())]);
}

#[tokio::test]
async fn a_wrong_file_is_never_laid_down_and_the_next_source_is_tried() {
    let (address, _) = server().await;
    let dir = tempfile::tempdir().unwrap();
    let place = dir.path().join("model.bin");
    fs::write(&place, "an old, corrupt file").unwrap();
    for wrong in ["wrong.bin", "longer.bin", "absent.bin"] {
        let error = fetch(&model(address, &[wrong]), dir.path())
            .await
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("model.bin") && error.contains(wrong),
            "{error}"
        );
        assert_eq!(fs::read(&place).unwrap(), b"an old, corrupt file");
    }
    let model = model(address, &["wrong.bin", "model.bin"]);
    assert_eq!(model.state_in(dir.path()).unwrap(), State::Wrong);
    assert_eq!(fetch(&model, dir.path()).await.unwrap(), Fetched::From(1));
    assert_eq!(model.state_in(dir.path()).unwrap(), State::Good);
}

#[test]
fn a_corrupt_file_is_noticed_though_its_size_is_right() {
    let (model, dir) = (
        model(([127, 0, 0, 1], 1).into(), &["x"]),
        tempfile::tempdir().unwrap(),
    );
    let mut bytes = CONTENTS.to_vec();
    bytes[5] ^= 1;
    fs::write(dir.path().join("model.bin"), bytes).unwrap();
    assert_eq!(model.state_in(dir.path()).unwrap(), State::Wrong);
}
