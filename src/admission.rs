//! How many conversations this node holds at once, and whether it takes another.
//!
//! A call takes its place at the webhook, before the carrier is told to open a stream, because a
//! caller can still be sent elsewhere then. The place is reserved until the stream opens or its
//! token lapses, and then belongs to the session. Whoever drops a [`Reservation`] or a [`Permit`]
//! gives the place back, on every path.
//!
//! Only conversations count: forwarding and menus cost a node no media. A tenant's own limit
//! holds across nodes and is kept by the store; this knows no tenant.

mod load;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

pub use load::{LoadGate, LoadSample, watch};
use tenant_config::id::CallId;

/// A node's door. Cheap to clone; all clones are one door.
#[derive(Debug, Clone)]
pub struct Admission(Arc<Door>);

#[derive(Debug)]
struct Door {
    limit: NodeLimit,
    /// Measured: the node has no time for more.
    busy: AtomicBool,
    /// The node is being stopped.
    draining: AtomicBool,
    places: Mutex<HashMap<CallId, Place>>,
}

/// How many conversations a node may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeLimit {
    /// So many, whatever the load.
    Calls(usize),
    /// As many as it has time for; [`watch`] measures that.
    Load,
}

/// Why a conversation was not admitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Limit {
    /// The node holds as many as it was told to.
    Node,
    /// The node is too busy.
    Load,
    /// The tenant has as many as it may have.
    Tenant,
    /// The node is being stopped.
    Draining,
}

impl Limit {
    /// The label in metrics and events.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Node => "node",
            Self::Load => "load",
            Self::Tenant => "tenant",
            Self::Draining => "draining",
        }
    }
}

/// One call's place.
#[derive(Debug, Default)]
struct Place {
    reserved_until: Option<Instant>,
    /// Sessions that hold it: more than one only while one stream follows another.
    sessions: u32,
}

/// A place for a call whose stream is not open yet. Dropped before it is [kept](Self::keep), it is
/// given back.
#[derive(Debug)]
#[must_use = "a reservation that is dropped is given back"]
pub struct Reservation {
    /// `None` once it is kept, or where the call had its place before.
    given_back_to: Option<Admission>,
    call: CallId,
}

/// The place of a session. Dropping it gives the place back.
#[derive(Debug)]
pub struct Permit {
    admission: Admission,
    call: CallId,
}

impl Admission {
    pub fn new(limit: NodeLimit) -> Self {
        Self(Arc::new(Door {
            limit,
            busy: AtomicBool::new(false),
            draining: AtomicBool::new(false),
            places: Mutex::default(),
        }))
    }

    /// Reserves a place for a call. A call that has one keeps it, for longer.
    pub fn reserve(&self, call: CallId, now: Instant) -> Result<Reservation, Limit> {
        let mut places = self.places();
        forget_lapsed(&mut places, now);
        let is_new = !places.contains_key(&call);
        if is_new {
            self.room_for_one_more(places.len())?;
        } else if self.is_draining() {
            return Err(Limit::Draining);
        }
        places.entry(call).or_default().reserved_until = Some(now + RESERVED_FOR);
        tell(&places);
        Ok(Reservation {
            given_back_to: is_new.then(|| self.clone()),
            call,
        })
    }

    fn room_for_one_more(&self, taken: usize) -> Result<(), Limit> {
        if self.is_draining() {
            return Err(Limit::Draining);
        }
        match self.0.limit {
            NodeLimit::Calls(most) if taken >= most => Err(Limit::Node),
            // The load of a node without calls is not its own: it would refuse them for ever.
            NodeLimit::Load if taken > 0 && self.is_busy() => Err(Limit::Load),
            NodeLimit::Calls(_) | NodeLimit::Load => Ok(()),
        }
    }

    /// The stream of a call is open: what was reserved becomes the session's. A call that another
    /// node admitted is let in, even beyond the limit: its caller was promised an answer.
    pub fn open(&self, call: CallId) -> Permit {
        let mut places = self.places();
        let place = places.entry(call).or_default();
        place.reserved_until = None;
        place.sessions += 1;
        tell(&places);
        Permit {
            admission: self.clone(),
            call,
        }
    }

    /// Places taken, reserved ones included.
    pub fn taken(&self, now: Instant) -> usize {
        let mut places = self.places();
        forget_lapsed(&mut places, now);
        tell(&places);
        places.len()
    }

    pub fn limit(&self) -> NodeLimit {
        self.0.limit
    }

    /// From here on nobody is admitted.
    pub fn drain(&self) {
        self.0.draining.store(true, Ordering::Relaxed);
    }

    pub fn is_draining(&self) -> bool {
        self.0.draining.load(Ordering::Relaxed)
    }

    /// Measured: the node has no time for another conversation.
    pub fn set_busy(&self, busy: bool) {
        self.0.busy.store(busy, Ordering::Relaxed);
    }

    pub fn is_busy(&self) -> bool {
        self.0.busy.load(Ordering::Relaxed)
    }

    fn places(&self) -> MutexGuard<'_, HashMap<CallId, Place>> {
        self.0.places.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn give_back(&self, call: CallId, free: impl FnOnce(&mut Place)) {
        let mut places = self.places();
        if let Some(place) = places.get_mut(&call) {
            free(place);
            if place.is_free() {
                places.remove(&call);
            }
        }
        tell(&places);
    }
}

impl Place {
    const fn is_free(&self) -> bool {
        self.sessions == 0 && self.reserved_until.is_none()
    }
}

impl Reservation {
    /// The carrier is told to open the stream: the place stays reserved for it.
    pub fn keep(mut self) {
        self.given_back_to = None;
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        if let Some(admission) = self.given_back_to.take() {
            admission.give_back(self.call, |place| place.reserved_until = None);
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.admission.give_back(self.call, |place| {
            place.sessions = place.sessions.saturating_sub(1);
        });
    }
}

/// Streams that never came give their places back.
fn forget_lapsed(places: &mut HashMap<CallId, Place>, now: Instant) {
    places.retain(|_, place| {
        if place.reserved_until.is_some_and(|until| until <= now) {
            place.reserved_until = None;
        }
        !place.is_free()
    });
}

fn tell(places: &HashMap<CallId, Place>) {
    metrics::gauge!("trunkline_places_taken").set(places.len() as f64);
}

/// As long as the token of the stream is good.
const RESERVED_FOR: Duration = crate::twilio::token::LIFETIME;

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn call(n: u128) -> CallId {
        CallId(Uuid::from_u128(n))
    }

    #[test]
    fn a_place_is_reserved_opened_and_given_back() {
        let door = Admission::new(NodeLimit::Calls(1));
        let now = Instant::now();
        door.reserve(call(1), now).unwrap().keep();
        assert_eq!(door.reserve(call(2), now).unwrap_err(), Limit::Node);
        let permit = door.open(call(1));
        assert_eq!(door.taken(now + RESERVED_FOR * 2), 1, "a session stays");
        drop(permit);
        assert!(door.reserve(call(2), now).is_ok());
    }

    #[test]
    fn an_answer_that_fails_gives_the_place_back() {
        let door = Admission::new(NodeLimit::Calls(1));
        let now = Instant::now();
        drop(door.reserve(call(1), now).unwrap());
        assert_eq!(door.taken(now), 0);
    }

    #[test]
    fn a_stream_that_never_comes_gives_the_place_back() {
        let door = Admission::new(NodeLimit::Calls(1));
        let now = Instant::now();
        door.reserve(call(1), now).unwrap().keep();
        let later = now + RESERVED_FOR;
        assert!(door.reserve(call(2), later).is_ok());
    }

    #[test]
    fn a_repeated_webhook_takes_no_second_place_and_gives_none_back() {
        let door = Admission::new(NodeLimit::Calls(1));
        let now = Instant::now();
        door.reserve(call(1), now).unwrap().keep();
        drop(door.reserve(call(1), now).unwrap());
        assert_eq!(door.taken(now), 1);
    }

    #[test]
    fn a_stream_that_follows_another_keeps_the_place() {
        let door = Admission::new(NodeLimit::Calls(1));
        let first = door.open(call(1));
        let second = door.open(call(1));
        drop(first);
        let now = Instant::now();
        assert_eq!(door.taken(now), 1);
        drop(second);
        assert_eq!(door.taken(now), 0);
    }

    #[test]
    fn of_many_at_once_exactly_so_many_are_admitted() {
        let door = Admission::new(NodeLimit::Calls(7));
        let now = Instant::now();
        let admitted: usize = std::thread::scope(|scope| {
            let callers: Vec<_> = (0..40)
                .map(|n| {
                    let door = door.clone();
                    scope.spawn(move || door.reserve(call(n), now).map(Reservation::keep).is_ok())
                })
                .collect();
            callers
                .into_iter()
                .map(|caller| usize::from(caller.join().unwrap()))
                .sum()
        });
        assert_eq!(admitted, 7);
    }

    #[test]
    fn a_busy_node_takes_one_and_a_draining_node_none() {
        let door = Admission::new(NodeLimit::Load);
        let now = Instant::now();
        door.set_busy(true);
        door.reserve(call(1), now).unwrap().keep();
        assert_eq!(door.reserve(call(2), now).unwrap_err(), Limit::Load);
        door.set_busy(false);
        door.drain();
        assert_eq!(door.reserve(call(1), now).unwrap_err(), Limit::Draining);
        assert_eq!(door.reserve(call(2), now).unwrap_err(), Limit::Draining);
    }
}
