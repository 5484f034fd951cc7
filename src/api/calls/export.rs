//! Calls to take along: a list as a table, one call as JSON, a table or captions.

use std::io;

use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::Response,
};
use futures_util::stream;
use serde::{Deserialize, Serialize};
use store::call::{CallFilter, CallSummary};
use tokio::sync::OwnedSemaphorePermit;
use utoipa::ToSchema;

use super::{
    call::{CallDetailView, CallParams, CallView, detail, one_call},
    csv::Line,
    note::{MOST, NoteView},
    record::{EventView, TurnView},
    recording::RecordingView,
    sort, vtt,
};
use crate::api::{
    access::rule_of,
    body::{Id, Params},
    caller::InTenant,
    check::parameter,
    problem::{Outcome, Problem},
};

/// In which form.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ExportParams {
    /// `json` (all of it), `csv` (a line for each turn) or `vtt` (captions); `json` if nothing is said.
    pub format: Option<String>,
}

/// All of a call.
#[derive(Debug, Serialize, ToSchema)]
pub struct CallExport {
    pub call: CallDetailView,
    pub turns: Vec<TurnView>,
    pub events: Vec<EventView>,
    pub recordings: Vec<RecordingView>,
    pub notes: Vec<NoteView>,
}

/// The tenant's calls as a table (RFC 4180), all that the filters leave, in the order that was asked
/// for. `limit` and `cursor` are not taken.
///
/// Cells that a spreadsheet would take for a formula begin with an apostrophe; phone numbers in E.164
/// do not. An export that breaks off is not whole: the connection ends before the last chunk.
#[utoipa::path(
    get, path = "/calls/export", tag = "Calls", params(CallParams),
    responses((status = 200, description = "A line of names, then one for each call", body = String,
               content_type = "text/csv"))
)]
pub async fn export_calls(who: InTenant, Params(params): Params<CallParams>) -> Outcome<Response> {
    who.in_own_name()?;
    for (pointer, is_said) in [
        ("?limit", params.limit.is_some()),
        ("?cursor", params.cursor.is_some()),
    ] {
        if is_said {
            return Err(parameter(pointer, "An export has all calls.".to_owned()));
        }
    }
    let sort = sort::read(params.sort.as_deref())?;
    let filter = CallFilter {
        at_most: AT_ONCE,
        ..params.filter(&who, sort)?
    };
    // The first calls are read now: what is wrong is said as a problem.
    let mut going = Going {
        who,
        filter,
        first: true,
        over: false,
    };
    let first = going.next_lines().await?;
    let rest = stream::unfold(going, |mut going| async move {
        if going.over {
            return None;
        }
        let lines = going.with_a_place().await;
        going.over |= lines.is_err();
        Some((
            lines.map_err(|problem| io::Error::other(problem.code().as_str())),
            going,
        ))
    });
    let lines = stream::once(async { Ok(first) });
    let body = Body::from_stream(futures_util::StreamExt::chain(lines, rest));
    Ok(file(body, "text/csv; charset=utf-8", "calls.csv"))
}

/// An export that is being written. Each piece is a transaction of its own: nothing is held while
/// somebody reads slowly.
struct Going {
    who: InTenant,
    filter: CallFilter,
    first: bool,
    over: bool,
}

impl Going {
    /// As any request: so many at once.
    async fn with_a_place(&mut self) -> Outcome<String> {
        let rule = rule_of("GET", "/calls/export");
        let rule = rule.ok_or_else(|| Problem::internal(&"exports have no rule"))?;
        let _place: OwnedSemaphorePermit = self.who.api.places.take(rule.who).await?;
        self.next_lines().await
    }

    async fn next_lines(&mut self) -> Outcome<String> {
        let calls = self.who.begin().await?.calls(&self.filter).await?;
        self.over = calls.len() < usize::from(AT_ONCE);
        if let Some(last) = calls.last() {
            self.filter.after = Some(last.place(self.filter.sort));
        }
        let mut text = if std::mem::take(&mut self.first) {
            Line::of(NAMES.iter().copied())
        } else {
            String::new()
        };
        text.extend(calls.into_iter().map(line));
        Ok(text)
    }
}

const NAMES: &[&str] = &[
    "id",
    "started_at",
    "direction",
    "mode",
    "from",
    "to",
    "ivr_mode",
    "status",
    "answered_at",
    "ended_at",
    "end_reason",
    "duration_ms",
    "latency_p50_ms",
    "latency_p95_ms",
    "outcome",
    "tags",
    "has_recording",
    "phone_config_id",
    "agent_version_id",
];

fn line(call: CallSummary) -> String {
    let call = CallView::from(call);
    let mut line = Line::default();
    line.value(Some(call.id))
        .value(Some(call.started_at.to_rfc3339()))
        .cell(call.direction)
        .cell(call.mode)
        .cell(call.from.as_deref().unwrap_or_default())
        .cell(call.to.as_deref().unwrap_or_default())
        .cell(call.ivr_mode)
        .cell(call.status)
        .value(call.answered_at.map(|at| at.to_rfc3339()))
        .value(call.ended_at.map(|at| at.to_rfc3339()))
        .value(call.end_reason)
        .value(call.duration_ms)
        .value(call.latency_p50_ms)
        .value(call.latency_p95_ms)
        .value(call.outcome)
        .cell(&call.tags.join("; "))
        .value(Some(call.has_recording))
        .value(call.phone_config_id)
        .value(call.agent_version_id);
    line.end()
}

/// One call to take along.
#[utoipa::path(
    get, path = "/calls/{id}/export", tag = "Calls", params(("id" = Uuid, Path), ExportParams),
    responses((status = 200, description = "The call, in the form that was asked for", content(
        (CallExport = "application/json"), (String = "text/csv"), (String = "text/vtt")
    )))
)]
pub async fn export_call(
    who: InTenant,
    Id(id): Id,
    Params(params): Params<ExportParams>,
) -> Outcome<Response> {
    who.in_own_name()?;
    let mut tx = who.begin().await?;
    let (call, summary) = one_call(&who, &mut tx, id).await?;
    let turns = tx.turns(&call).await?.into_iter();
    let turns: Vec<TurnView> = turns.map(TurnView::from).collect();
    let name = |ending: &str| format!("call-{id}.{ending}");
    match params.format.as_deref().unwrap_or("json") {
        "json" => {
            let events = tx.events(&call).await?.into_iter();
            let recordings = tx.recordings(&call).await?.into_iter();
            let notes = tx.notes(&call, MOST).await?.into_iter();
            let export = CallExport {
                call: detail(&mut tx, &call, summary).await?,
                turns,
                events: events.map(EventView::from).collect(),
                recordings: recordings.map(RecordingView::from).collect(),
                notes: notes.map(|note| NoteView::of(note, &who)).collect(),
            };
            let text = serde_json::to_vec_pretty(&export);
            let text = text.map_err(|error| Problem::internal(&error))?;
            Ok(file(text.into(), "application/json", &name("json")))
        }
        "csv" => {
            let names = [
                "seq",
                "speaker",
                "start_ms",
                "end_ms",
                "text",
                "heard_text",
                "interrupted",
            ];
            let mut text = Line::of(names);
            text.extend(turns.iter().map(turn_line));
            Ok(file(text.into(), "text/csv; charset=utf-8", &name("csv")))
        }
        "vtt" => Ok(file(
            vtt::captions(&turns).into(),
            "text/vtt; charset=utf-8",
            &name("vtt"),
        )),
        _ => Err(parameter(
            "?format",
            "This must be json, csv or vtt.".to_owned(),
        )),
    }
}

fn turn_line(turn: &TurnView) -> String {
    let mut line = Line::default();
    line.value(Some(turn.seq))
        .cell(&turn.speaker)
        .value(Some(turn.start_ms))
        .value(Some(turn.end_ms))
        .cell(&turn.text)
        .cell(turn.heard_text.as_deref().unwrap_or_default())
        .value(Some(turn.interrupted));
    line.end()
}

/// A file to keep. Its name is ours.
fn file(body: Body, kind: &'static str, name: &str) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

/// Calls read in one transaction.
const AT_ONCE: u16 = 500;
