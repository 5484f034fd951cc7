//! A run: seats that place one call after the other, the noise floor, and somebody who looks at
//! the clock. Judges nothing; hands over what was seen.

use std::{
    collections::HashMap,
    io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use media::twilio::CallSid;
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use tokio::{sync::oneshot, task::JoinSet};
use url::Url;

use super::{
    floor::{self, Floor},
    plan::{Plan, Target, Webhook},
    record::{CallRecord, Outcome},
    sampler::{Sample, Sampler, Tally},
    scenario::Kind,
};
use crate::{
    call::{CallError, CallOptions, Crowd, Placed, http_client, place_in_crowd},
    exchange::{self, BothFigures, Caller, Exchange, Seat, Side},
    mouth::Mouth,
    report::StreamEnd,
    sid::new_call_sid,
    stream::StartFields,
};

/// Everything that was seen.
#[derive(Debug)]
pub(super) struct Seen {
    pub figures: BothFigures,
    pub calls: Vec<CallRecord>,
    pub samples: Vec<Sample>,
    /// From the first call to the last placed one; what is behind it is the end of the others.
    pub placing: Duration,
}

/// A caller whose call came to nothing waits so long before the next.
const AFTER_A_LOSS: Duration = Duration::from_millis(500);
/// Calls that have not ended so long after they should are left.
const END_WITHIN: Duration = Duration::from_secs(40);

/// Carries the plan out.
pub(super) async fn run(plan: Plan) -> io::Result<Seen> {
    let exchange = Arc::new(Exchange::start(plan.threads, plan.pace)?);
    let tally = Arc::<Tally>::default();
    let began = Instant::now();
    let longest = began + plan.duration + plan.ramp + END_WITHIN + Duration::from_hours(1);
    let floor = Floor::start(&exchange, plan.floor_calls, longest).await?;
    let sampler = Sampler::new(
        Arc::clone(&exchange),
        Arc::clone(&tally),
        plan.server_pid,
        began,
    );
    let placing_at_most = plan.ramp + plan.duration;
    let (stop, stopped) = oneshot::channel();
    let sampling = tokio::spawn(sampler.run(stopped));

    let calls = place_all(Arc::new(Desk::new(plan, &exchange, tally, began)?)).await;
    let placing = began.elapsed().min(placing_at_most);
    // The sampler only stops once; it may have failed, which the join tells.
    let _ = stop.send(());
    let samples = sampling.await.map_err(io::Error::other)?;
    exchange.hang_up(Side::Floor);
    floor.finish().await;
    let figures = exchange.figures().await;
    Ok(Seen {
        figures,
        calls,
        samples,
        placing,
    })
}

/// Seats everybody and waits until all have left.
async fn place_all(desk: Arc<Desk>) -> Vec<CallRecord> {
    let mut seats = JoinSet::new();
    for seat in 0..desk.plan.calls {
        seats.spawn(Arc::clone(&desk).sit(seat));
    }
    let mut leave_at = None;
    loop {
        let tick = tokio::time::sleep(AFTER_A_LOSS);
        tokio::select! {
            left = seats.join_next() => if left.is_none() {
                break;
            },
            () = tick => {}
        }
        if desk.is_closed() {
            // Again and again: a call may just be about to open its stream.
            desk.exchange.hang_up(Side::Server);
            let leave_at = *leave_at.get_or_insert_with(|| Instant::now() + END_WITHIN);
            if Instant::now() >= leave_at {
                break;
            }
        }
    }
    seats.abort_all();
    while seats.join_next().await.is_some() {}
    desk.close_book()
}

/// What the seats share.
struct Desk {
    plan: Plan,
    exchange: Arc<Exchange>,
    http: reqwest::Client,
    tally: Arc<Tally>,
    began: Instant,
    next: AtomicU64,
    book: Mutex<Book>,
}

/// Who is calling, and what came of those who did.
#[derive(Default)]
struct Book {
    open: HashMap<CallSid, (String, Duration)>,
    records: Vec<CallRecord>,
}

impl Desk {
    fn new(
        plan: Plan,
        exchange: &Arc<Exchange>,
        tally: Arc<Tally>,
        began: Instant,
    ) -> io::Result<Self> {
        Ok(Self {
            plan,
            exchange: Arc::clone(exchange),
            http: http_client().map_err(io::Error::other)?,
            tally,
            began,
            next: AtomicU64::new(0),
            book: Mutex::default(),
        })
    }

    /// Places one call after the other. The seats begin one by one, each at its own place within
    /// 20 ms, so that frames do not all fall due at once.
    async fn sit(self: Arc<Self>, seat: usize) {
        let mut random = StdRng::seed_from_u64(self.plan.seed.wrapping_add(seat as u64));
        let phase = Duration::from_micros(random.random_range(0..20_000));
        let share = seat as f64 / self.plan.calls as f64;
        let begin = self.began + self.plan.ramp.mul_f64(share) + phase;
        tokio::time::sleep_until(begin.into()).await;
        while let Some(number) = self.draw() {
            let was_lost = Box::pin(self.place(number)).await;
            if was_lost {
                tokio::time::sleep(AFTER_A_LOSS).await;
            }
        }
    }

    /// The number of the next call; `None` when there is to be none.
    fn draw(&self) -> Option<u64> {
        if self.is_closed() {
            return None;
        }
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        self.plan
            .total
            .is_none_or(|total| number < total)
            .then_some(number)
    }

    /// No call is placed any more.
    fn is_closed(&self) -> bool {
        self.began.elapsed() >= self.plan.ramp + self.plan.duration
    }

    /// Whether the call was lost.
    async fn place(&self, number: u64) -> bool {
        let (kind, length) = self.plan.scenario.pick(self.plan.seed, number);
        let at = self.began.elapsed();
        let sid = new_call_sid();
        self.tally.placed.fetch_add(1, Ordering::Relaxed);
        self.open_book(|book| book.open.insert(sid.clone(), (kind.name.clone(), at)));
        let record = match &self.plan.target {
            Target::Webhook(webhook) => {
                let placed = Box::pin(self.place_call(webhook, &sid, kind, length)).await;
                CallRecord::of(&placed, kind, at)
            }
            Target::Stream(url) => {
                let (opened_in, held) = self.place_stream(url, &sid, kind, length).await;
                let lasted = self.began.elapsed().saturating_sub(at);
                CallRecord::of_stream(&sid, kind, (at, lasted), opened_in, held)
            }
        };
        let was_lost = record.outcome == Outcome::Lost;
        self.tally.ended.fetch_add(1, Ordering::Relaxed);
        self.tally
            .lost
            .fetch_add(u64::from(was_lost), Ordering::Relaxed);
        self.open_book(|book| {
            book.open.remove(&sid);
            book.records.push(record);
        });
        was_lost
    }

    async fn place_call(
        &self,
        to: &Webhook,
        sid: &CallSid,
        kind: &Kind,
        length: Duration,
    ) -> Placed {
        let called = kind
            .to
            .as_ref()
            .filter(|_| !to.is_to_chosen)
            .unwrap_or(&to.to);
        let options = CallOptions {
            public_origin: to.public_origin.clone(),
            script: kind.script.clone(),
            verb_speed: kind.verb_speed,
            max_duration: length,
            ..CallOptions::new(&to.server, &to.auth_token, &to.from, called)
        };
        let crowd = Crowd {
            exchange: &self.exchange,
            http: self.http.clone(),
            call_sid: sid.clone(),
            is_echo: kind.is_echo,
        };
        place_in_crowd(&options, crowd).await
    }

    /// A media stream that nobody announced: for servers without webhooks.
    async fn place_stream(
        &self,
        url: &Url,
        sid: &CallSid,
        kind: &Kind,
        length: Duration,
    ) -> (Option<Duration>, Result<StreamEnd, CallError>) {
        let asked = Instant::now();
        let upgraded = match exchange::open(url, None).await {
            Ok(upgraded) => upgraded,
            Err(error) => return (None, Err(error.into())),
        };
        let opened_in = asked.elapsed();
        let caller = if kind.is_echo {
            Caller::Echo
        } else {
            Caller::Scripted(Box::new(Mouth::new(&kind.script)))
        };
        let seat = Seat {
            start: StartFields {
                account_sid: floor::account(),
                call_sid: sid.clone(),
                parameters: Vec::new(),
            },
            caller,
            hang_up_at: Instant::now() + length,
        };
        let held = self.exchange.hold(Side::Server, upgraded, seat).await;
        (
            Some(opened_in),
            held.map(|held| held.end).ok_or(CallError::Exchange),
        )
    }

    fn open_book<T>(&self, write: impl FnOnce(&mut Book) -> T) -> T {
        // Nobody panics with the book in hand.
        write(&mut self.book.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// All calls; those that did not end are lost.
    fn close_book(&self) -> Vec<CallRecord> {
        self.open_book(|book| {
            let open = book.open.drain();
            let now = self.began.elapsed();
            let left: Vec<_> = open
                .map(|(sid, (scenario, at))| CallRecord::left_open(&sid, scenario, at, now))
                .collect();
            book.records.extend(left);
            std::mem::take(&mut book.records)
        })
    }
}
