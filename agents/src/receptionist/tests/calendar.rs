//! A tool backend with its calendar in memory: one chair, a start every half hour.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Days, Duration, NaiveDate, NaiveTime, Utc};
use futures_util::{FutureExt, future::BoxFuture};
use tenant_config::{id::AppointmentId, phone::E164};

use crate::{
    brief::Brief,
    tools::{
        AppointmentFact, AvailabilityQuery, Booking, LocalTime, NoteForStaff, ToolAnswer,
        ToolBackend, ToolFailure, ToolRequest,
    },
};

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub(super) fact: AppointmentFact,
    pub(super) phone: Option<E164>,
    minutes: i64,
}

#[derive(Debug, Default)]
pub(super) struct Diary {
    pub(super) entries: Vec<Entry>,
    pub(super) notes: Vec<NoteForStaff>,
    pub(super) requests: Vec<ToolRequest>,
    /// Every tool fails.
    pub(super) down: bool,
}

#[derive(Debug)]
pub(super) struct Calendar {
    brief: Brief,
    pub(super) diary: Mutex<Diary>,
}

impl Calendar {
    pub(super) fn new(brief: Brief) -> Self {
        Self {
            brief,
            diary: Mutex::default(),
        }
    }

    pub(super) fn with<T>(&self, look: impl FnOnce(&mut Diary) -> T) -> T {
        look(&mut self.diary.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts an appointment in; `phone` defaults to the caller's number.
    pub(super) fn put(&self, service: &str, at: &str, name: &str, phone: Option<&str>) {
        let phone = phone.map_or_else(|| self.brief.caller.clone(), |p| E164::normalise(p).ok());
        let fact = AppointmentFact {
            appointment_id: AppointmentId(uuid::Uuid::from_u128(
                self.with(|d| d.entries.len()) as u128 + 1,
            )),
            service: service.into(),
            starts_at: LocalTime::parse(at).unwrap(),
            name: name.into(),
        };
        let minutes = self.minutes(service);
        self.with(|d| {
            d.entries.push(Entry {
                fact,
                phone,
                minutes,
            });
        });
    }

    fn minutes(&self, service: &str) -> i64 {
        self.brief
            .services
            .iter()
            .find(|s| s.name == service)
            .map_or(30, |s| i64::from(s.duration_min))
    }

    fn is_free(&self, start: LocalTime, minutes: i64, except: Option<AppointmentId>) -> bool {
        let (from, until) = (start.naive(), start.naive() + Duration::minutes(minutes));
        let open = self.brief.hours.on(from.date());
        let within = open.iter().any(|i| {
            i.opens <= from.time() && until.time() <= i.closes && until.date() == from.date()
        });
        within
            && self.with(|d| {
                d.entries
                    .iter()
                    .filter(|e| Some(e.fact.appointment_id) != except)
                    .all(|e| {
                        let begins = e.fact.starts_at.naive();
                        until <= begins || begins + Duration::minutes(e.minutes) <= from
                    })
            })
    }

    fn free(
        &self,
        service: &str,
        from: LocalTime,
        admits: &dyn Fn(LocalTime) -> bool,
        limit: usize,
    ) -> Vec<LocalTime> {
        let minutes = self.minutes(service);
        let first: NaiveDate = from.naive().date();
        (0..21)
            .filter_map(|ahead| first.checked_add_days(Days::new(ahead)))
            .flat_map(|date| {
                (0..48).map(move |half| {
                    let time = NaiveTime::from_hms_opt(half / 2, half % 2 * 30, 0).unwrap();
                    LocalTime::new(date.and_time(time))
                })
            })
            .filter(|slot| *slot >= from && admits(*slot) && self.is_free(*slot, minutes, None))
            .take(limit)
            .collect()
    }

    fn local(&self, at: DateTime<Utc>) -> LocalTime {
        LocalTime::of(at, self.brief.hours.timezone)
    }

    fn answer(&self, request: ToolRequest) -> ToolAnswer {
        match request {
            ToolRequest::CheckAvailability(query) => self.check(&query),
            ToolRequest::BookAppointment(booking) => self.book(booking),
            ToolRequest::FindAppointments { phone, .. } => ToolAnswer::Appointments {
                appointments: self.with(|d| {
                    d.entries
                        .iter()
                        .filter(|e| e.phone.as_ref() == Some(&phone))
                        .map(|e| e.fact.clone())
                        .collect()
                }),
            },
            ToolRequest::MoveAppointment { id, starts_at } => self.shift(id, self.local(starts_at)),
            ToolRequest::CancelAppointment { id } => self.with(|d| {
                let Some(at) = d.entries.iter().position(|e| e.fact.appointment_id == id) else {
                    return ToolAnswer::NotFound;
                };
                ToolAnswer::Cancelled(d.entries.remove(at).fact)
            }),
            ToolRequest::TakeMessage(note) => {
                self.with(|d| d.notes.push(note));
                ToolAnswer::MessageTaken
            }
            ToolRequest::TransferCall { .. } => ToolAnswer::Transferring,
            ToolRequest::EndCall => ToolAnswer::Ending,
        }
    }

    fn check(&self, query: &AvailabilityQuery) -> ToolAnswer {
        let slots = self.free(
            &query.service,
            query.not_before,
            &|slot| query.admits(slot),
            8,
        );
        let any = |_: LocalTime| true;
        let alternatives = if slots.is_empty() {
            self.free(&query.service, query.not_before, &any, 3)
        } else {
            Vec::new()
        };
        ToolAnswer::Slots {
            service: query.service.clone(),
            slots,
            alternatives,
        }
    }

    fn book(&self, booking: Booking) -> ToolAnswer {
        let starts_at = self.local(booking.starts_at);
        let minutes = self.minutes(&booking.service);
        if !self.is_free(starts_at, minutes, None) {
            let alternatives = self.free(&booking.service, starts_at, &|_| true, 3);
            return ToolAnswer::Taken {
                starts_at,
                alternatives,
            };
        }
        self.with(|d| {
            let id = AppointmentId(uuid::Uuid::from_u128(1_000 + d.entries.len() as u128));
            let fact = AppointmentFact {
                appointment_id: id,
                service: booking.service,
                starts_at,
                name: booking.name,
            };
            d.entries.push(Entry {
                fact: fact.clone(),
                phone: booking.phone,
                minutes,
            });
            ToolAnswer::Booked(fact)
        })
    }

    fn shift(&self, id: AppointmentId, starts_at: LocalTime) -> ToolAnswer {
        let Some(entry) = self.with(|d| {
            d.entries
                .iter()
                .find(|e| e.fact.appointment_id == id)
                .cloned()
        }) else {
            return ToolAnswer::NotFound;
        };
        if !self.is_free(starts_at, entry.minutes, Some(id)) {
            let alternatives = self.free(&entry.fact.service, starts_at, &|_| true, 3);
            return ToolAnswer::Taken {
                starts_at,
                alternatives,
            };
        }
        self.with(|d| {
            let entry = d
                .entries
                .iter_mut()
                .find(|e| e.fact.appointment_id == id)
                .unwrap();
            entry.fact.starts_at = starts_at;
            ToolAnswer::Moved(entry.fact.clone())
        })
    }
}

impl ToolBackend for Calendar {
    fn run(&self, request: ToolRequest) -> BoxFuture<'_, Result<ToolAnswer, ToolFailure>> {
        async move {
            self.with(|d| d.requests.push(request.clone()));
            if self.with(|d| d.down) {
                return Err(ToolFailure {
                    tool: request.tool(),
                    detail: "down".into(),
                });
            }
            Ok(self.answer(request))
        }
        .boxed()
    }
}
