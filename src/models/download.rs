//! Files over HTTP, resumed where an earlier attempt stopped.

use std::{
    fs::{File, OpenOptions},
    io::Write,
    path::Path,
    time::Duration,
};

use anyhow::{Context, bail};
use futures_util::StreamExt;
use indicatif::ProgressBar;
use reqwest::{Client, StatusCode, Url, header};

/// Downloads `url` into `part`, which may hold the beginning already. The finished file has
/// `size` bytes; more than that is never written. Its checksum is the caller's business.
pub(super) async fn download(
    url: &Url,
    part: &Path,
    size: u64,
    bar: &ProgressBar,
) -> anyhow::Result<()> {
    let have = part.metadata().map_or(0, |metadata| metadata.len());
    if have == size {
        return Ok(());
    }
    // What is longer than the file is no beginning of it.
    let have = if have > size { 0 } else { have };
    let client = Client::builder()
        .connect_timeout(Duration::from_secs(20))
        .read_timeout(Duration::from_mins(1))
        .build()?;
    let mut request = client.get(url.clone());
    if have > 0 {
        request = request.header(header::RANGE, format!("bytes={have}-"));
    }
    let response = request.send().await.context("no answer")?;
    let resumed = match response.status() {
        StatusCode::PARTIAL_CONTENT => true,
        StatusCode::OK => false,
        status => bail!("the server answered {status}"),
    };
    let mut written = if resumed { have } else { 0 };
    let mut file = open(part, resumed)?;
    bar.set_length(size);
    bar.set_position(written);
    let mut body = response.bytes_stream();
    while let Some(piece) = body.next().await {
        let piece = piece.context("the download broke off; run this again to resume it")?;
        written += piece.len() as u64;
        if written > size {
            drop(file);
            std::fs::remove_file(part)?;
            bail!("the server sent more than the {size} bytes expected");
        }
        file.write_all(&piece)
            .with_context(|| format!("cannot write {}", part.display()))?;
        bar.set_position(written);
    }
    if written < size {
        bail!("the download ended after {written} of {size} bytes; run this again to resume it");
    }
    Ok(())
}

fn open(part: &Path, resumed: bool) -> anyhow::Result<File> {
    let mut options = OpenOptions::new();
    options
        .create(true)
        .write(true)
        .append(resumed)
        .truncate(!resumed);
    options
        .open(part)
        .with_context(|| format!("cannot write {}", part.display()))
}
